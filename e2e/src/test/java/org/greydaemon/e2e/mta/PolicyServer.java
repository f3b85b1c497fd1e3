package org.greydaemon.e2e.mta;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.e2e.Tools;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Another greylister that Postfix asks, as Debian ships it, with its database in a folder of its
/// own. Stops it when closed.
final class PolicyServer implements AutoCloseable {
    private final Path socket;
    private final Path log;
    private final Process process;

    private PolicyServer(Path folder, List<String> command) {
        socket = folder.resolve("socket");
        log = folder.resolve("log");
        process = Host.process(log, command);
        Host.await(
                "a start of " + command,
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(Host.read(log));
                    }
                    return Host.listens(socket);
                });
    }

    /// postgrey, which looks for its database in the folder.
    static PolicyServer postgrey(Path folder) {
        Tools.requirePerl("Net::Server", "libnet-server-perl");
        Tools.requirePerl("NetAddr::IP", "libnetaddr-ip-perl");
        Tools.requirePerl("BerkeleyDB", "libberkeleydb-perl");
        Path program = Tools.requireUnpacked("postgrey", "usr/sbin/postgrey");
        List<String> command = new ArrayList<>(List.of("perl", "-T", program.toString()));
        command.addAll(
                List.of(
                        "--unix=" + folder.resolve("socket"),
                        "--dbdir=" + folder,
                        "--user=" + user(),
                        "--group=" + group(),
                        "--whitelist-clients=/dev/null",
                        "--whitelist-recipients=/dev/null"));
        return new PolicyServer(folder, command);
    }

    /// sqlgrey with SQLite, whose database is `sqlgrey.db` in the folder.
    static PolicyServer sqlgrey(Path folder) throws IOException {
        Tools.requirePerl("Net::Server", "libnet-server-perl");
        Tools.requirePerl("DBD::SQLite", "libdbd-sqlite3-perl");
        Path program = Tools.requireUnpacked("sqlgrey", "usr/sbin/sqlgrey");
        Path configuration =
                Files.writeString(
                        folder.resolve("sqlgrey.conf"),
                        """
                        conf_dir = %s
                        unix = %s
                        pidfile = %s
                        db_type = SQLite
                        db_name = %s
                        user = %s
                        group = %s
                        admin_mail =
                        """
                                .formatted(
                                        program.resolve("../../../etc/sqlgrey").normalize(),
                                        folder.resolve("socket"),
                                        folder.resolve("pid"),
                                        folder.resolve("sqlgrey.db"),
                                        user(),
                                        group()));
        return new PolicyServer(
                folder, List.of("perl", program.toString(), "-f", configuration.toString()));
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    private static String group() {
        try {
            Process id = new ProcessBuilder("id", "-gn").start();
            return new String(id.getInputStream().readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether mail may pass.
    ///
    /// @param clientName what Postfix found the client's name to be
    /// @param time when it comes; sqlgrey does not look at it
    boolean accepts(String client, String clientName, String sender, String recipient, long time) {
        String request =
                """
                request=smtpd_access_policy
                protocol_state=RCPT
                protocol_name=SMTP
                client_address=%s
                client_name=%s
                sender=%s
                recipient=%s
                policy_test_time=%d

                """
                        .formatted(client, clientName, sender, recipient, time);
        StringBuilder answer = new StringBuilder();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
            ByteBuffer octets = ByteBuffer.allocate(4096);
            while (answer.indexOf("\n\n") < 0 && channel.read(octets.clear()) > 0) {
                answer.append(UTF_8.decode(octets.flip()));
            }
        } catch (IOException e) {
            throw new AssertionError(Host.read(log), e);
        }
        if (!answer.toString().startsWith("action=")) {
            throw new AssertionError("answered " + answer + "\n" + Host.read(log));
        }
        return !answer.toString().toLowerCase(java.util.Locale.ROOT).startsWith("action=defer");
    }

    @Override
    public void close() {
        Host.await(
                "the end of another greylister",
                () -> {
                    // Again and again: Perl forgets a signal that comes just before it waits for
                    // a request until the next one.
                    process.destroy();
                    return !process.isAlive();
                });
    }
}
