package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.greydaemon.net.CidrSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The socket's side of a datagram: who may ask, what comes back, how it ends.
final class DatagramServerTest extends DatagramServing {
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
                    .isInstanceOf(SocketTimeoutException.class);
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
            start(server, new LateEcho(server, late(known)));
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
