package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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
        int http = Ports.free();
        int policy = Ports.free();
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
                assertThat(PolicyPeer.answer(socket)).startsWith("action=");
                assertThat(health(http)).isEqualTo("ok\n");
                second.awaitLine(line -> line.endsWith("policy on 127.0.0.1:" + policy));
                assertThat(second.stop()).isZero();
                assertThat(socket).doesNotExist();
            }
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

    /// The other one still answers while this one loads: it does not say that nobody is ready.
    @Test
    void overHttpNobodyHearsThatItIsNotReady() throws Exception {
        String http = "--http=127.0.0.1:" + Ports.free();
        try (Daemon first = Daemon.start(folder, http)) {
            InetSocketAddress at =
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(),
                            Integer.parseInt(http.substring(http.lastIndexOf(':') + 1)));
            List<String> heard = new CopyOnWriteArrayList<>();
            Thread asker =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!Thread.currentThread().isInterrupted()) {
                                    heard.add(readiness(at));
                                }
                            });
            try (Daemon second = successor(first, TAKE_OVER, http)) {
                assertThat(first.awaitEnd()).isZero();
                assertThat(readiness(at)).endsWith("\nok\n");
                assertThat(second.isAlive()).isTrue();
            } finally {
                asker.interrupt();
                asker.join();
            }
            assertThat(heard).noneMatch(answer -> answer.contains("being loaded"));
        }
    }

    /// What is answered on a connection of its own; nothing if it was closed.
    private static String readiness(InetSocketAddress at) {
        try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
            socket.getOutputStream()
                    .write(
                            "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return "";
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

    /// The second one was given the socket and the third one has it too; its file is the second's.
    @Test
    void oneThatDoesNotStartRemovesNoSocketOfTheOther() throws IOException {
        Path socket = folder.resolve("policy");
        String policy = "--policy=unix:" + socket;
        try (Daemon first = Daemon.start(folder, policy);
                Daemon second = successor(first, TAKE_OVER, policy)) {
            Object file = Files.getAttribute(socket, "unix:ino");
            assertThat(
                            Daemon.refusedStartAt(
                                    second.listen(), folder, TAKE_OVER, policy, "-w", "missing"))
                    .anyMatch(line -> line.startsWith("greydaemon: missing: "));
            assertThat(Files.getAttribute(socket, "unix:ino")).isEqualTo(file);
            assertThat(PolicyPeer.answer(socket)).startsWith("action=");
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

    @Test
    void whatASupervisorKeepsIsNotGivenAway() {
        List<String> supervised = List.of("env", "NOTIFY_SOCKET=" + folder.resolve("notify"));
        try (Daemon first = Daemon.startUnder(supervised, folder)) {
            assertThat(Daemon.refusedStartAt(first.listen(), folder, TAKE_OVER))
                    .anyMatch(line ->
                            line.endsWith(
                                    ": the daemon that runs does not make way: systemd supervises"
                                            + " this daemon, and keeps its sockets; say systemctl"
                                            + " restart, which loses no question"));
            assertThat(first.ask("192.0.2.1", "a@b.example", "c@d.example")).isEqualTo(Reply.NEW);
        }
    }

    /// Stopped and continued (`svc -p`, `svc -c`) while it waits for the other one to say
    /// something.
    @Test
    void oneThatIsStoppedForAWhileWaitsOn() throws IOException {
        Path control = Files.createDirectory(folder.resolve("state")).resolve("save.ctl");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(control));
            try (Daemon successor = Daemon.launch(folder, TAKE_OVER);
                    SocketChannel asked = other.accept()) {
                assertThat(asked.read(ByteBuffer.allocate(1_000))).isPositive();
                successor.signal("STOP");
                successor.signal("CONT");
                Daemon.pause(500); // Until it would have been told that it was stopped.
                asked.write(UTF_8.encode("{\"ok\":false,\"error\":\"not now; ask later\"}\n"));
                assertThat(successor.awaitEnd()).isOne();
                assertThat(successor.logLines())
                        .anyMatch(line ->
                                line.endsWith(
                                        ": the daemon that runs does not make way: not now; ask"
                                                + " later"));
            }
        }
    }

    /// The other one is played, so that the moment is certain: before it was asked to leave, and
    /// when it has left everything.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatIsToldToStopBeforeItAnswersLeavesTheOtherAnswering(boolean hasLeft)
            throws IOException {
        Path control = Files.createDirectory(folder.resolve("state")).resolve("save.ctl");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(control));
            try (Daemon successor = Daemon.launch(folder, TAKE_OVER);
                    SocketChannel asked = other.accept()) {
                assertThat(line(asked)).contains("take-over");
                if (hasLeft) {
                    say(asked, "{\"ok\":true,\"version\":\"1\"}");
                    assertThat(line(asked)).isEqualTo("loaded\n");
                }
                HeardSignal.tell(successor, "TERM");
                say(asked, hasLeft ? "yours" : "{\"ok\":true,\"version\":\"1\"}");
                assertThat(line(asked))
                        .startsWith("failed ")
                        .endsWith(
                                ": told to stop before it answered; the daemon that runs goes"
                                        + " on\n");
                assertThat(successor.awaitEnd()).isZero();
            }
        }
    }

    private static String line(SocketChannel from) throws IOException {
        ByteBuffer said = ByteBuffer.allocate(1_000);
        assertThat(from.read(said)).isPositive();
        return UTF_8.decode(said.flip()).toString();
    }

    private static void say(SocketChannel to, String line) throws IOException {
        to.write(UTF_8.encode(line + "\n"));
    }

    /// The other one listens already, and its control socket is not there yet.
    @Test
    void oneThatComesTooLateIsToldSo() {
        String other = "--ctl=" + folder.resolve("other");
        try (Daemon first = Daemon.start(folder, other)) {
            assertThat(Daemon.refusedStartAt(first.listen(), folder, TAKE_OVER))
                    .anyMatch(line ->
                            line.contains(": Address already in use; nobody answers at ")
                                    && line.contains(
                                            "if another successor has come first, start again when"
                                                    + " it answers; else stop what listens"));
        }
    }

    /// A daemon that was told to stop just before cannot be asked any more, and listens until it
    /// has ended.
    @Test
    void oneThatFindsNobodyToAskWaitsForThePlace() throws IOException {
        DatagramSocket other = new DatagramSocket(Ports.free(), InetAddress.getLoopbackAddress());
        String place = "127.0.0.1:" + other.getLocalPort();
        try (Daemon daemon = Daemon.launchAt(place, folder, TAKE_OVER)) {
            Daemon.pause(1_000); // Until it has tried.
            other.close();
            daemon.awaitLine(line -> line.startsWith("started greydaemon on "));
        } finally {
            other.close();
        }
    }

    /// As systemd passes them: what was asked before anybody answered is answered, and what the
    /// configuration does not name is closed and said.
    @Test
    void socketsThatListenAlreadyAreUsed() throws IOException {
        int port = Ports.free();
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
        int port = Ports.free();
        try (Daemon daemon = startWith(before, port, now)) { // It has started, so it listens.
            daemon.awaitLine(line ->
                    line.startsWith("inherited: udp " + before + ":" + port + ": nobody listens"));
        }
    }

    /// Nothing that the daemon sends to itself arrives in a socket with a peer of its own, as where
    /// the address has moved to another host.
    @Test
    void aStopEndsWhereNoDatagramOfItsOwnArrives() throws IOException {
        try (Daemon daemon = startWith("127.0.0.1 9", Ports.free(), "127.0.0.1")) {
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
}
