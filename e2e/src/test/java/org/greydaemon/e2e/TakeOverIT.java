package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One daemon takes over from another one, under questions that must all be answered right.
final class TakeOverIT {
    private static final String TAKE_OVER = "--take-over";

    @TempDir Path folder;

    private Daemon successor(Daemon first, String... options) {
        return Daemon.startAt(first.listen(), folder, options);
    }

    @Test
    void noQuestionIsLost() {
        try (Daemon first = Daemon.start(folder, TAKE_OVER);
                Questions questions = new Questions(first.listen())) {
            questions.goOn();
            first.signal("USR1"); // Not all is in the journal.
            try (Daemon second = successor(first, TAKE_OVER)) {
                questions.goOn();
                assertThat(first.awaitEnd()).isZero();
                try (Daemon third = successor(second, TAKE_OVER)) {
                    questions.goOn();
                    assertThat(second.awaitEnd()).isZero();
                    questions.end();
                    assertThat(third.ask("192.0.2.1", "x@y.example", "c@d.example"))
                            .isEqualTo(Reply.NEW);
                }
            }
        }
    }

    @Test
    void allFrontEndsGoOnAtTheirPlaces() throws IOException, InterruptedException {
        Path socket = folder.resolve("policy");
        int http = freePort();
        int policy = freePort();
        String[] options = {
            TAKE_OVER,
            "--policy=unix:" + socket,
            "--policy=127.0.0.1:" + policy,
            "--http=127.0.0.1:" + http
        };
        try (Daemon first = Daemon.start(folder, options)) {
            Object file = Files.getAttribute(socket, "unix:ino");
            try (Daemon second = successor(first, options)) {
                assertThat(first.awaitEnd()).isZero();
                assertThat(Files.getAttribute(socket, "unix:ino")).isEqualTo(file);
                assertThat(overUnix(socket)).startsWith("action=");
                assertThat(health(http)).isEqualTo("ok\n");
                second.awaitLine(line -> line.endsWith("policy on 127.0.0.1:" + policy));
                assertThat(second.stop()).isZero();
                assertThat(socket).doesNotExist();
            }
        }
    }

    private static String overUnix(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String question =
                    """
                    request=smtpd_access_policy
                    protocol_state=RCPT
                    client_address=192.0.2.1
                    sender=a@b.example
                    recipient=c@d.example

                    """;
            channel.write(ByteBuffer.wrap(question.getBytes(ISO_8859_1)));
            ByteBuffer answer = ByteBuffer.allocate(1000);
            channel.read(answer);
            return new String(answer.array(), 0, answer.position(), ISO_8859_1);
        }
    }

    private static String health(int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + "/healthz");
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static int freePort() throws IOException {
        try (java.net.ServerSocket free =
                new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void oneThatDoesNotStartLeavesTheOtherAnsweringAndSaysWhy() {
        try (Daemon first = Daemon.start(folder);
                Questions questions = new Questions(first.listen())) {
            questions.goOn();
            List<String> said =
                    Daemon.refusedStartAt(first.listen(), folder, TAKE_OVER, "-w", "missing");
            assertThat(said).anyMatch(line -> line.startsWith("greydaemon: missing: "));
            first.awaitLine(line ->
                    line.startsWith(
                            "take-over: the other daemon does not start, this one goes on:"
                                    + " missing: "));
            questions.goOn();
            assertSaves(first);

            try (Daemon second = successor(first, TAKE_OVER)) {
                questions.goOn();
                assertThat(first.awaitEnd()).as("the next one that tries").isZero();
                questions.end();
                assertThat(second.stop()).isZero();
            }
        }
    }

    private static void assertSaves(Daemon daemon) {
        daemon.signal("USR1");
        daemon.awaitLine(line -> line.startsWith("save status to "));
    }

    @Test
    void oneThatIsKilledLeavesTheOtherAnswering() {
        try (Daemon first = Daemon.start(folder);
                Questions questions = new Questions(first.listen());
                Daemon second = Daemon.launchAt(first.listen(), folder, TAKE_OVER)) {
            second.awaitLine(line -> line.startsWith("take-over: from the daemon at "));
            second.kill();
            // Where the other one is by then is a matter of luck; that it answers is not.
            questions.goOn();
            questions.goOn();
            assertThat(first.ask("192.0.2.1", "x@y.example", "c@d.example")).isEqualTo(Reply.NEW);
        }
    }

    /// It was told that all is its own, and is gone before it has answered anything.
    @Test
    void oneThatVanishesAtTheLastMomentIsReplacedByTheOther() throws IOException {
        Tools.require("perl", "perl");
        Path script = folder.resolve("vanish.pl");
        Files.writeString(
                script,
                """
                use Socket;
                socket(S, AF_UNIX, SOCK_STREAM, 0) or die $!;
                bind(S, pack("S", AF_UNIX)) or die $!;
                connect(S, sockaddr_un($ARGV[0])) or die $!;
                my $name = substr(getsockname(S), 3);
                syswrite S, qq({"command":"take-over","from":"$name"}\\n);
                sysread(S, my $answer, 4096);
                print $answer;
                syswrite S, "loaded\\n";
                sysread(S, my $yours, 4096);
                print $yours;
                """);
        try (Daemon first = Daemon.start(folder);
                Questions questions = new Questions(first.listen())) {
            questions.goOn();
            Runs.Ended ended =
                    Runs.in(folder, List.of("perl", script.toString(), first.saveFile() + ".ctl"));
            assertThat(ended.said()).hasSize(2).last().isEqualTo("yours");
            assertThat(ended.said().getFirst()).startsWith("{\"ok\":true,");
            questions.goOn();
            assertSaves(first);
        }
    }

    @Test
    void whatASupervisorKeepsIsNotGivenAway() {
        List<String> supervised = List.of("env", "NOTIFY_SOCKET=" + folder.resolve("notify"));
        try (Daemon first = Daemon.startUnder(supervised, folder)) {
            assertThat(Daemon.refusedStartAt(first.listen(), folder, TAKE_OVER))
                    .anyMatch(line -> line.contains("systemctl restart"));
            assertThat(first.ask("192.0.2.1", "a@b.example", "c@d.example")).isEqualTo(Reply.NEW);
        }
    }

    /// As systemd passes them: what was asked before anybody answered is answered, and what the
    /// configuration does not name is closed and said.
    @Test
    void socketsThatListenAlreadyAreUsed() throws IOException {
        int port = freeUdpPort();
        try (Daemon daemon = startWith("127.0.0.1", port, "127.0.0.1")) {
            assertThat(daemon.ask("192.0.2.1", "a@b.example", "c@d.example")).isEqualTo(Reply.NEW);
            daemon.awaitLine(line ->
                    line.matches("inherited: 127\\.0\\.0\\.1:\\d+: nobody listens there; .*"));
        }
    }

    /// The supervisor goes on with the sockets of the configuration before.
    @ParameterizedTest
    @CsvSource({"0.0.0.0, 127.0.0.1", "127.0.0.1, 0.0.0.0"})
    void aSocketThatTheConfigurationNoLongerNamesIsNotInTheWay(String before, String now)
            throws IOException {
        int port = freeUdpPort();
        try (Daemon daemon = startWith(before, port, now)) { // It has started, so it listens.
            daemon.awaitLine(line ->
                    line.startsWith("inherited: udp " + before + ":" + port + ": nobody listens"));
        }
    }

    /// Nothing that the daemon sends to itself arrives in a socket with a peer of its own, as where
    /// the address has moved to another host.
    @Test
    void aStopEndsWhereNoDatagramOfItsOwnArrives() throws IOException {
        try (Daemon daemon = startWith("127.0.0.1 9", freeUdpPort(), "127.0.0.1")) {
            assertThat(daemon.stop()).isZero();
        }
    }

    /// @param bound the address of its socket for datagrams, and the port of its only peer if any
    private Daemon startWith(String bound, int port, String listen) throws IOException {
        Tools.require("perl", "perl");
        Path script = folder.resolve("inherit.pl");
        Files.writeString(
                script,
                """
                use Socket;
                $^F = 9;
                my ($port, $host, $peer) = (shift @ARGV, split / /, shift @ARGV);
                sub place { pack_sockaddr_in($_[0], inet_aton($_[1])) }
                socket(U, AF_INET, SOCK_DGRAM, 0) && bind(U, place($port, $host)) or die $!;
                connect(U, place($peer, "127.0.0.1")) or die $! if $peer;
                socket(T, AF_INET, SOCK_STREAM, 0) && bind(T, place(0, "127.0.0.1")) && listen(T, 9) or die $!;
                die "descriptors" if fileno(U) != 3 || fileno(T) != 4;
                @ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, 2, "udp:other");
                exec @ARGV;
                """);
        List<String> program = List.of("perl", script.toString(), String.valueOf(port), bound);
        return Daemon.startUnderAt(listen + ":" + port, program, folder);
    }

    private static int freeUdpPort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
