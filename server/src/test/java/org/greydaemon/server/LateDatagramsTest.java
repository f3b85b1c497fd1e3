package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;

import java.net.DatagramSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Answers that wait: nobody else waits for them, and a stop not for ever.
final class LateDatagramsTest extends DatagramServing {
    /// The answer to 9 waits until it may be given; nobody else waits for it.
    @Test
    void anAnswerThatWaitsKeepsNobodyWaiting() throws Exception {
        CountDownLatch known = new CountDownLatch(1);
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket one = client(server);
                DatagramSocket two = client(server)) {
            start(server, new LateEcho(server, late(known)));
            send(one, (byte) 9);
            send(two, (byte) 1);
            assertThat(receive(two)).containsExactly(1);
            known.countDown();
            assertThat(receive(one)).containsExactly(42);
            assertThat(server.notSent()).isZero();
        }
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
        CompletableFuture<Thread> hangs = new CompletableFuture<>();
        lateSeconds = 0;
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket one = client(server)) {
            start(
                    server,
                    new LateEcho(
                            server,
                            (to, reply) -> {
                                hangs.complete(Thread.currentThread());
                                return late(known).answer(to, reply);
                            }));
            send(one, (byte) 9);
            Thread hanging = hangs.get();
            assertThat(server.stop()).isOne();
            known.countDown();
            hanging.join();
            assertThat(server.notSent()).as("none leaves after the stop").isOne();
        }
        assertThat(bug).isNotDone();
        assertThat(bugOfAnswer).isNotDone();
    }

    @Test
    void aBugInAnAnswerThatWaitsEndsOnlyThatAnswer() throws Exception {
        try (DatagramServer server = listen("127.0.0.1:0", LOOPBACK);
                DatagramSocket one = client(server)) {
            start(server, new LateEcho(server, broken()));
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
}
