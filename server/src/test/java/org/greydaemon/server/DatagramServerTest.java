package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The socket's side of a datagram: who may ask, what comes back, how it ends.
@Timeout(60)
final class DatagramServerTest {
    private static final CidrSet LOOPBACK =
            CidrSet.of(
                    List.of(
                            CidrBlock.around(IpAddress.parse("127.0.0.0").orElseThrow(), 8),
                            CidrBlock.of(IpAddress.parse("::1").orElseThrow())));

    private final CompletableFuture<Throwable> bug = new CompletableFuture<>();
    private final CompletableFuture<Throwable> bugOfAnswer = new CompletableFuture<>();
    private long lateSeconds = DatagramServer.LATE_SECONDS;

    /// Answers each datagram with its first octets, those that begin with 0 with silence.
    private static class Echo implements DatagramHandler {
        int rounds;

        @Override
        public int answer(Datagram datagram, byte[] reply) {
            byte[] octets = datagram.octets();
            int length = Math.min(datagram.length(), REPLY_MAX);
            if (length > 0 && octets[0] == 0) {
                return 0;
            }
            System.arraycopy(octets, 0, reply, 0, length);
            return length;
        }

        @Override
        public void beforeReplies() {
            rounds++;
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private DatagramServer listen(String address, CidrSet allowed)
            throws IOException, MistakeException {
        return new DatagramServer(
                Endpoint.parse(address, 0),
                InheritedSockets.none(),
                allowed,
                new ConnectionServer.OnBug(
                        (_, e) -> bugOfAnswer.complete(e), (_, e) -> bug.complete(e)),
                lateSeconds);
    }

    private static void start(DatagramServer server, DatagramHandler handler) {
        server.start(() -> handler, 1);
    }

    private static DatagramSocket client(DatagramServer server) throws IOException {
        return connected(new DatagramSocket(), server);
    }

    private static DatagramSocket client(DatagramServer server, String from) throws IOException {
        return connected(
                new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(from), 0)), server);
    }

    private static DatagramSocket connected(DatagramSocket socket, DatagramServer server)
            throws IOException {
        socket.connect(
                InetAddress.getByAddress(server.localEndpoint().address().toBytes()),
                server.localEndpoint().port());
        return socket;
    }

    private static void send(DatagramSocket socket, byte... octets) throws IOException {
        socket.send(new DatagramPacket(octets, octets.length));
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        socket.receive(packet);
        return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "[::1]:0"})
    void eachAskerGetsItsOwnAnswer(String address) throws Exception {
        try (DatagramServer server = listen(address, LOOPBACK);
                DatagramSocket one = client(server);
                DatagramSocket two = client(server)) {
            // All of these wait in the socket and are one batch.
            for (byte i = 1; i <= 100; i++) {
                send(i % 2 == 0 ? one : two, i, (byte) 7);
            }
            Echo echo = new Echo();
            start(server, echo);
            for (byte i = 1; i <= 100; i++) {
                assertThat(receive(i % 2 == 0 ? one : two)).containsExactly(i, 7);
            }
            assertThat(server.received()).isEqualTo(100);
            assertThat(server.notSent()).isZero();
            server.stop();
            // Batches of 32 at most, and no answer without the call before it.
            assertThat(echo.rounds).isBetween(4, 101);
        }
    }

    /// The answer to 9 waits until it may be given; nobody else waits for it.
    @Test
    void anAnswerThatWaitsKeepsNobodyWaiting() throws Exception {
        CountDownLatch known = new CountDownLatch(1);
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket one = client(server);
                DatagramSocket two = client(server)) {
            start(
                    server,
                    new Echo() {
                        @Override
                        public int answer(Datagram datagram, byte[] reply) {
                            return datagram.octets()[0] == 9
                                            && server.late().answer(datagram.from(), late(known))
                                    ? 0
                                    : super.answer(datagram, reply);
                        }
                    });
            send(one, (byte) 9);
            send(two, (byte) 1);
            assertThat(receive(two)).containsExactly(1);
            known.countDown();
            assertThat(receive(one)).containsExactly(42);
            assertThat(server.notSent()).isZero();
        }
    }

    private static LateAnswers.Work late(CountDownLatch known) {
        return (_, reply) -> {
            awaitQuietly(known);
            reply[0] = 42;
            return 1;
        };
    }

    @Test
    void thereIsABoundOnAnswersThatWait() throws Exception {
        CountDownLatch known = new CountDownLatch(1);
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK)) {
            Peer peer = new Peer();
            peer.set(0, IpAddress.ipv4Low(0x7f00_0001), 9);
            for (int i = 0; i < LateDatagrams.MAX; i++) {
                assertThat(server.late().answer(peer, late(known))).isTrue();
            }
            assertThat(server.late().answer(peer, late(known))).isFalse();
            assertThat(server.notLate()).isEqualTo(1);
            known.countDown();
        }
    }

    @Test
    void aStopWaitsForTheAnswersThatWait() throws Exception {
        CountDownLatch known = new CountDownLatch(1);
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket one = client(server)) {
            CountDownLatch waits = new CountDownLatch(1);
            start(
                    server,
                    new Echo() {
                        @Override
                        public int answer(Datagram datagram, byte[] reply) {
                            assertThat(server.late().answer(datagram.from(), late(known))).isTrue();
                            waits.countDown();
                            return 0;
                        }
                    });
            send(one, (byte) 9);
            waits.await();
            Thread stops = Thread.ofPlatform().start(server::stop);
            known.countDown();
            stops.join();
            assertThat(receive(one)).containsExactly(42);
        }
    }

    /// The disk hangs, say: that is no reason to end without the last save.
    @Test
    void aStopDoesNotWaitForAnAnswerThatHangs() throws Exception {
        CountDownLatch known = new CountDownLatch(1);
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<Thread> hangs = new CompletableFuture<>();
        lateSeconds = 0;
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket one = client(server)) {
            start(
                    server,
                    new Echo() {
                        @Override
                        public int answer(Datagram datagram, byte[] reply) {
                            assertThat(
                                            server.late()
                                                    .answer(
                                                            datagram.from(),
                                                            (to, answer) -> {
                                                                hangs.complete(
                                                                        Thread.currentThread());
                                                                return late(known)
                                                                        .answer(to, answer);
                                                            }))
                                    .isTrue();
                            waits.countDown();
                            return 0;
                        }
                    });
            send(one, (byte) 9);
            waits.await();
            assertThat(server.stop()).isOne();
            known.countDown();
            hangs.get().join();
            assertThat(server.notSent()).as("none leaves after the stop").isOne();
        }
        assertThat(bug).isNotDone();
        assertThat(bugOfAnswer).isNotDone();
    }

    @Test
    void aBugInAnAnswerThatWaitsEndsOnlyThatAnswer() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket one = client(server)) {
            start(
                    server,
                    new Echo() {
                        @Override
                        public int answer(Datagram datagram, byte[] reply) {
                            return datagram.octets()[0] == 9
                                            && server.late().answer(datagram.from(), broken())
                                    ? 0
                                    : super.answer(datagram, reply);
                        }
                    });
            send(one, (byte) 9);
            assertThat(bugOfAnswer.get(30, TimeUnit.SECONDS)).hasMessage("a bug");
            send(one, (byte) 1);
            assertThat(receive(one)).containsExactly(1);
            server.stop();
            assertThat(server.notSent()).isOne();
        }
        assertThat(bug).isNotDone();
    }

    private static LateAnswers.Work broken() {
        return (_, _) -> {
            throw new IllegalStateException("a bug");
        };
    }

    /// More than one round takes: who has asked before the stop is answered.
    @Test
    void whatWaitsInTheSocketWhenItStopsIsAnswered() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket one = client(server)) {
            for (byte i = 1; i <= 100; i++) {
                send(one, i);
            }
            start(server, new Echo());
            server.stop();
            one.setSoTimeout(10_000);
            for (byte i = 1; i <= 100; i++) {
                assertThat(receive(one)).containsExactly(i);
            }
        }
    }

    @Test
    void whoMayAskCanChangeWhileItRuns() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", CidrSet.EMPTY);
                DatagramSocket asker = client(server)) {
            start(server, new Echo());
            server.allow(LOOPBACK);
            send(asker, (byte) 1);
            assertThat(receive(asker)).containsExactly(1);
        }
    }

    @Test
    void aStrangerGetsNoAnswerAndIsCounted() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", CidrSet.EMPTY);
                DatagramSocket stranger = client(server, "127.0.0.2")) {
            start(server, new Echo());
            send(stranger, (byte) 1);
            while (server.notAllowed() == 0) {
                Thread.onSpinWait();
            }
            stranger.setSoTimeout(100);
            assertThat(catchThrowable(() -> receive(stranger)))
                    .isInstanceOf(java.net.SocketTimeoutException.class);
            assertThat(server.lastNotAllowed()).hasToString("127.0.0.2");
        }
    }

    @Test
    void programsOfThisHostMayAlwaysAsk() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", CidrSet.EMPTY);
                DatagramSocket asker = client(server)) {
            start(server, new Echo());
            send(asker, (byte) 1);
            assertThat(receive(asker)).containsExactly(1);
        }
    }

    /// A client that has connected its socket, as qmail's has, hears nobody else.
    @ParameterizedTest
    @CsvSource({"0.0.0.0:0, 127.0.0.7", "[::]:0, 127.0.0.7", "[::]:0, ::1", "0.0.0.0:0, 127.0.0.1"})
    void anAnswerLeavesFromTheAddressThatWasAsked(String listens, String asked) throws Exception {
        CountDownLatch known = new CountDownLatch(0);
        try (DatagramServer server = listen(listens, LOOPBACK);
                DatagramSocket asker = new DatagramSocket()) {
            asker.setSoTimeout(30_000);
            asker.connect(
                    new InetSocketAddress(
                            InetAddress.ofLiteral(asked), server.localEndpoint().port()));
            start(
                    server,
                    new Echo() {
                        @Override
                        public int answer(Datagram datagram, byte[] reply) {
                            return datagram.octets()[0] == 9
                                            && server.late().answer(datagram.from(), late(known))
                                    ? 0
                                    : super.answer(datagram, reply);
                        }
                    });
            send(asker, (byte) 5);
            assertThat(receive(asker)).containsExactly(5);
            send(asker, (byte) 9);
            assertThat(receive(asker)).containsExactly(42);
        }
    }

    @Test
    void silenceForOneLeavesTheOthersTheirAnswers() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket socket = client(server)) {
            send(socket, (byte) 0);
            send(socket, (byte) 5);
            start(server, new Echo());
            assertThat(receive(socket)).containsExactly(5);
        }
    }

    @Test
    void anEmptyDatagramIsADatagram() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket socket = client(server)) {
            start(server, new Echo());
            try (DatagramSocket unconnected = new DatagramSocket()) {
                // Java sends no empty datagram through a connected socket.
                unconnected.send(
                        new DatagramPacket(new byte[0], 0, socket.getRemoteSocketAddress()));
            }
            send(socket, (byte) 9);
            assertThat(receive(socket)).containsExactly(9);
            assertThat(server.received()).isEqualTo(2);
        }
    }

    @Test
    void stopEndsAServerThatWaits() throws Exception {
        Echo echo = new Echo();
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK)) {
            start(server, echo);
            server.stop();
            server.stop();
        }
        assertThat(bug).isNotDone();
    }

    @Test
    void anExceptionOfTheHandlerIsABug() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket socket = client(server)) {
            start(
                    server,
                    new DatagramHandler() {
                        @Override
                        public int answer(Datagram datagram, byte[] reply) {
                            throw new IllegalStateException("a bug");
                        }

                        @Override
                        public void beforeReplies() {}
                    });
            send(socket, (byte) 1);
            assertThat(bug.get(30, TimeUnit.SECONDS)).hasMessage("a bug");
        }
    }

    @Test
    void anAddressThatIsTakenIsTheSystemsWord() throws Exception {
        try (DatagramServer first = listen("127.0.0.1:0", LOOPBACK)) {
            assertThat(catchThrowable(() -> listen(first.localEndpoint().toString(), LOOPBACK)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Address already in use (bind)");
        }
    }

    /// What a watchdog asks must not be fooled by a thread that hangs.
    @Test
    void stuckRoundDoesNotMove() throws Exception {
        CountDownLatch inRound = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (DatagramServer server = listen("127.0.0.1", LOOPBACK);
                DatagramSocket client = client(server)) {
            assertThat(server.moves()).as("before the start").isFalse();
            start(
                    server,
                    new Echo() {
                        @Override
                        public void beforeReplies() {
                            inRound.countDown();
                            awaitQuietly(goOn);
                        }
                    });
            assertThat(server.moves()).as("waits").isTrue();
            assertThat(server.moves()).as("still waits").isTrue();
            client.send(new DatagramPacket(new byte[] {1}, 1));
            inRound.await();
            assertThat(server.moves()).as("in a round").isTrue();
            assertThat(server.moves()).as("in the same round").isFalse();
            goOn.countDown();
            client.receive(new DatagramPacket(new byte[1], 1));
            client.send(new DatagramPacket(new byte[] {1}, 1));
            client.receive(new DatagramPacket(new byte[1], 1));
            assertThat(server.moves()).as("in other rounds").isTrue();
            server.stop();
            assertThat(server.moves()).as("stopped").isFalse();
        }
    }
}
