package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// HTTP through the whole daemon, over raw sockets.
final class HttpIT {
    private static final String LISTENING = "listening for http on 127.0.0.1:";

    @TempDir Path folder;

    private static int port(Daemon daemon) {
        return Integer.parseInt(
                daemon.awaitLine(line -> line.startsWith(LISTENING)).substring(LISTENING.length()));
    }

    /// Sends a request, and returns all that comes until the daemon closes.
    private static String ask(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static String get(int port, String path) throws IOException {
        return ask(port, "GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
    }

    /// The header with the token that the daemon has made, also while its folder has another name.
    private String authorization() throws IOException {
        Path state = folder.resolve(Files.exists(folder.resolve("gone")) ? "gone" : "state");
        return "Authorization: Bearer "
                + Files.readString(state.resolve("save.token")).strip()
                + "\r\n";
    }

    private String check(int port, String client) throws IOException {
        String body =
                "{\"client_address\":\"%s\",\"sender\":\"a@b\",\"recipient\":\"c@d\"}"
                        .formatted(client);
        return ask(
                port,
                "POST /v1/check HTTP/1.1\r\n"
                        + authorization()
                        + "Connection: close\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }

    @Test
    void aTripletBegunOverHttpPassesOverUdpAndTheOtherWayRound() throws IOException {
        try (Daemon daemon = Daemon.start(folder, "-m", "0.02", "--http=127.0.0.1:0")) {
            int port = port(daemon);
            assertThat(check(port, "192.0.2.1"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\"action\":\"defer\",\"reason\":\"new\",\"retry_after\":2,");
            assertThat(daemon.ask("192.0.2.2", "a@b", "c@d")).isEqualTo(Reply.NEW);
            Daemon.pause(2_100);
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.PASSED);
            assertThat(check(port, "192.0.2.2"))
                    .contains("\"action\":\"accept\",\"reason\":\"passed\"")
                    .contains("\"header\":\"X-Greylist: delayed ");
            assertThat(get(port, "/metrics"))
                    .contains("\ngreydaemon_decisions_total{protocol=\"http\",reason=\"new\"} 1\n")
                    .contains(
                            "\ngreydaemon_decisions_total{protocol=\"udp\",reason=\"passed\"} 1\n")
                    .contains("\ngreydaemon_delay_seconds_count 2\n")
                    .contains("\ngreydaemon_entries 4\n")
                    .contains("\ngreydaemon_ready 1\n")
                    .contains("\ngreydaemon_udp_dropped_total{why=\"full_buffer\"} 0\n");
            daemon.awaitLine(
                    line -> line.matches("http/127.0.0.1:\\d+ new grey I192.0.2.1 Fa@b Tc@d"));
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void readinessTellsWhatIsWrongUntilItIsMended() throws IOException {
        try (Daemon daemon = Daemon.start(folder, "--http=127.0.0.1:0")) {
            int port = port(daemon);
            assertThat(get(port, "/readyz")).startsWith("HTTP/1.1 200 ").endsWith("ok\n");
            Path state = folder.resolve("state");
            Files.move(state, folder.resolve("gone"));
            daemon.awaitLine(line -> line.startsWith("store: "));
            assertThat(get(port, "/readyz"))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("store: journal or save file cannot be written");
            assertThat(get(port, "/healthz")).startsWith("HTTP/1.1 200 ");
            assertThat(get(port, "/metrics"))
                    .contains("\ngreydaemon_ready 0\n")
                    .contains("greydaemon_file_failures_total{file=\"journal\"} ");
            assertThat(check(port, "192.0.2.1")).contains("\"reason\":\"new\"");
            Files.move(folder.resolve("gone"), state);
            daemon.awaitLine(line -> line.startsWith("save status to "));
            assertThat(get(port, "/readyz")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void itIsOffUnlessAskedForAndAPortThatIsTakenIsSaid() throws IOException {
        try (Daemon daemon = Daemon.start(folder, "--http=127.0.0.1:0")) {
            List<String> said =
                    Daemon.refusedStart(
                            folder.resolve("second"), "--http=127.0.0.1:" + port(daemon));
            assertThat(said.getLast())
                    .isEqualTo(
                            "greydaemon: 127.0.0.1:%d: Address already in use; stop what listens"
                                            .formatted(port(daemon))
                                    + " there (ss -ltnp shows it), or choose another address or"
                                    + " port");
        }
        try (Daemon daemon = Daemon.start(folder.resolve("third"))) {
            assertThat(daemon.logLines()).noneMatch(line -> line.startsWith(LISTENING));
        }
    }

    @Test
    void aRequestThatDoesNotEndIsGivenUpAndNobodyElseWaits() throws IOException {
        try (Daemon daemon = Daemon.start(folder, "--http=127.0.0.1:0")) {
            int port = port(daemon);
            try (Socket slow = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                slow.setSoTimeout(60_000);
                slow.getOutputStream()
                        .write(
                                ("POST /v1/check HTTP/1.1\r\n"
                                                + authorization()
                                                + "Content-Length: 9\r\n\r\n{")
                                        .getBytes(ISO_8859_1));
                assertThat(check(port, "192.0.2.1")).contains("\"reason\":\"new\"");
                assertThat(slow.getInputStream().read()).isNegative();
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the request was not given up within a minute", e);
            }
        }
    }
}
