package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whoever answers in place of an engine, mail is answered, an operator is told, and the daemon
/// ends when it is told to, with what it remembers saved.
final class ShareHostileIT {
    private static final String ALICE = "alice@example.org";

    @TempDir Path folder;

    /// Answers each question alike, or goes on with one answer octet by octet.
    private record Impostor(ServerSocket socket, String says, boolean drips)
            implements AutoCloseable {
        static Impostor saying(String says, boolean drips) throws IOException {
            InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
            Impostor impostor = new Impostor(new ServerSocket(0, 10, loopback), says, drips);
            Thread.ofVirtual().start(impostor::run);
            return impostor;
        }

        private void run() {
            while (!socket.isClosed()) {
                try {
                    Socket connection = socket.accept();
                    Thread.ofVirtual().start(() -> serve(connection));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket connection) {
            byte[] room = new byte[65_536];
            try (connection) {
                InputStream in = connection.getInputStream();
                OutputStream out = connection.getOutputStream();
                while (in.read(room) > 0) {
                    out.write(says.getBytes(ISO_8859_1));
                    while (drips) {
                        Eventually.pause(200);
                        out.write('x');
                    }
                }
            } catch (IOException e) {
                // It has heard enough.
            }
        }

        String place() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "$1000000, true, its answer has not ended after 10 s",
        "-MOVED 1 127.0.0.1:1, false, the Cluster moves slots",
        "%2147483647, false, more than was asked for"
    })
    void anImpostorHoldsNothingUp(String says, boolean drips, String told) throws IOException {
        try (Impostor impostor = Impostor.saying(says + "\r\n", drips);
                Mx mx = new Mx(folder.resolve("mx"), Mx.servers(impostor.place()))) {
            Eventually.holds(
                    "the operator is told", () -> mx.control("status").toString().contains(told));
            assertThat(mx.ask("10.0.0.1", ALICE)).isEqualTo(Reply.NEW);
            assertThat(mx.daemon().stop()).isZero();
            assertThat(Files.readString(folder.resolve("mx/state/save"))).contains("10.0.0.1");
        }
    }
}
