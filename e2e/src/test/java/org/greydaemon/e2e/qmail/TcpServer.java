package org.greydaemon.e2e.qmail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// tcpserver at a free port, with a program behind it; what the program logs is kept.
final class TcpServer implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final int port;

    private TcpServer(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /// Starts tcpserver at 127.0.0.1.
    ///
    /// @param options further options, for example `-x tcp.cdb`
    static TcpServer start(
            Map<String, String> environment, List<String> options, String... program) {
        return start("tcpserver", "127.0.0.1", environment, options, program);
    }

    /// Starts the given tcpserver at `address`, which may be 0 for all.
    static TcpServer start(
            String tcpserver,
            String address,
            Map<String, String> environment,
            List<String> options,
            String... program) {
        List<String> command =
                Stream.of(
                                Stream.of(tcpserver, "-1", "-H", "-R", "-l", "standin.example"),
                                options.stream(),
                                Stream.of(address, "0"),
                                Stream.of(program))
                        .flatMap(words -> words)
                        .collect(Collectors.toCollection(ArrayList::new));
        try {
            Files.createDirectories(Programs.TARGET);
            Path log = Files.createTempFile(Programs.TARGET, "tcpserver", ".log");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment().clear();
            builder.environment().put("PATH", Run.PATH);
            builder.environment().putAll(Programs.SANITIZERS);
            builder.environment().putAll(environment);
            Process process = builder.start();
            // The port comes first; what follows on this stream is the program's, which has the
            // connection as its standard output.
            String port = process.inputReader(ISO_8859_1).readLine();
            if (port == null) {
                throw new IllegalStateException("tcpserver: " + Files.readString(log, ISO_8859_1));
            }
            return new TcpServer(process, log, Integer.parseInt(port.strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /// All that has been logged so far.
    String log() {
        try {
            return Files.readString(log, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
            Files.deleteIfExists(log);
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
