package org.greydaemon.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a run of the operator's tool came to.
///
/// @param status its exit status
/// @param octets its standard output and its standard error, in the order in which they came, each
///   octet a character
public record Greyctl(int status, String octets) {
    /// The octets as text.
    public String said() {
        return new String(octets.getBytes(ISO_8859_1), UTF_8);
    }

    /// Runs it to its end, with nothing to read.
    ///
    /// @param socket the daemon's control socket
    public static Greyctl run(Path socket, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Daemon.root().resolve("greyctl").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GREYCTL_SOCKET", socket.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String octets = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        try {
            return new Greyctl(process.waitFor(), octets);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
