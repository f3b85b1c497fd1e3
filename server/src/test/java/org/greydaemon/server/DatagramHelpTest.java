package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Several threads answer what one cannot: who helps, and when (ADR 29).
@Timeout(60)
final class DatagramHelpTest {
    /// More than two rounds take.
    private static final int FLOOD = 3 * DatagramBatch.LENGTH_MAX;

    private final CompletableFuture<Throwable> bug = new CompletableFuture<>();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    private DatagramServer listen() throws Exception {
        return new DatagramServer(
                Endpoint.parse("127.0.0.1:0", 0),
                InheritedSockets.none(),
                CidrSet.EMPTY,
                new ConnectionServer.OnBug((_, e) -> bug.complete(e), (_, e) -> bug.complete(e)));
    }

    /// Answers with what it was asked, once a latch lets the thread `udp` do so.
    private DatagramHandler echo(CountDownLatch goOn) {
        return new DatagramHandler() {
            @Override
            public int answer(Datagram datagram, byte[] reply) {
                String name = Thread.currentThread().getName();
                answered.add(name);
                if (name.equals("udp")) {
                    await(goOn);
                }
                reply[0] = datagram.octets()[0];
                return 1;
            }

            @Override
            public void beforeReplies() {}
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static DatagramSocket asker(DatagramServer server) throws Exception {
        DatagramSocket socket = new DatagramSocket();
        socket.connect(InetAddress.ofLiteral("127.0.0.1"), server.localEndpoint().port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void ask(DatagramSocket asker, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            asker.send(new DatagramPacket(new byte[] {(byte) i}, 1));
        }
    }

    private static Set<Integer> answers(DatagramSocket asker, int count) throws Exception {
        Set<Integer> answers = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            DatagramPacket answer = new DatagramPacket(new byte[16], 16);
            asker.receive(answer);
            answers.add((int) answer.getData()[0]);
        }
        return answers;
    }

    /// The first thread waits in the middle of its round, as for a lock: what came after that round
    /// is answered meanwhile.
    @Test
    void whatIsMoreThanARoundIsAnsweredByOthers() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (DatagramServer server = listen();
                DatagramSocket asker = asker(server)) {
            ask(asker, FLOOD);
            server.start(() -> echo(goOn), 2);
            int others = FLOOD - DatagramBatch.LENGTH_MAX;
            assertThat(answers(asker, others)).hasSize(others);
            goOn.countDown();
            assertThat(answers(asker, DatagramBatch.LENGTH_MAX)).hasSize(DatagramBatch.LENGTH_MAX);
            assertThat(answered).containsExactlyInAnyOrder("udp", "udp-2");
            assertThat(server.received()).isEqualTo(FLOOD);
        }
        assertThat(bug).isNotDone();
    }

    /// What a handler takes is not made for a thread that never helps.
    @Test
    void nobodyIsWokenForLessThanARound() throws Exception {
        Set<String> makers = ConcurrentHashMap.newKeySet();
        CountDownLatch go = new CountDownLatch(0);
        Supplier<DatagramHandler> handlers =
                () -> {
                    makers.add(Thread.currentThread().getName());
                    return echo(go);
                };
        try (DatagramServer server = listen();
                DatagramSocket asker = asker(server)) {
            ask(asker, DatagramBatch.LENGTH_MAX - 1);
            server.start(handlers, 3);
            assertThat(answers(asker, DatagramBatch.LENGTH_MAX - 1))
                    .hasSize(DatagramBatch.LENGTH_MAX - 1);
            server.stop();
        }
        assertThat(makers).containsExactly("udp");
    }

    /// Each has its own handler, and what it took is answered before the stop returns.
    @Test
    void aStopWaitsForWhoHelps() throws Exception {
        CountDownLatch helps = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        DatagramHandler slow =
                new DatagramHandler() {
                    @Override
                    public int answer(Datagram datagram, byte[] reply) {
                        if (Thread.currentThread().getName().equals("udp-2")) {
                            helps.countDown();
                            await(goOn);
                        }
                        reply[0] = datagram.octets()[0];
                        return 1;
                    }

                    @Override
                    public void beforeReplies() {
                        await(helps); // Else the first one may be through before anybody helps.
                    }
                };
        try (DatagramServer server = listen();
                DatagramSocket asker = asker(server)) {
            ask(asker, FLOOD);
            server.start(() -> slow, 2);
            helps.await();
            assertThat(server.moves()).as("both").isTrue();
            assertThat(server.moves()).as("the one that helps is in the same round").isFalse();
            Thread stops = Thread.ofPlatform().start(server::stop);
            assertThat(answers(asker, DatagramBatch.LENGTH_MAX)).hasSize(DatagramBatch.LENGTH_MAX);
            assertThat(stops.isAlive()).isTrue();
            goOn.countDown();
            stops.join();
            int others = FLOOD - DatagramBatch.LENGTH_MAX;
            assertThat(answers(asker, others)).hasSize(others);
            assertThat(server.notSent()).isZero();
        }
    }

    @Test
    void aBugOfWhoHelpsIsABug() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        DatagramHandler echo = echo(goOn);
        DatagramHandler broken =
                new DatagramHandler() {
                    @Override
                    public int answer(Datagram datagram, byte[] reply) {
                        if (Thread.currentThread().getName().equals("udp-2")) {
                            throw new IllegalStateException("a bug");
                        }
                        return echo.answer(datagram, reply);
                    }

                    @Override
                    public void beforeReplies() {}
                };
        try (DatagramServer server = listen();
                DatagramSocket asker = asker(server)) {
            ask(asker, FLOOD);
            server.start(() -> broken, 2);
            assertThat(bug.get(30, TimeUnit.SECONDS)).hasMessage("a bug");
            goOn.countDown();
            server.stop();
            assertThat(server.moves()).isFalse();
        }
    }
}
