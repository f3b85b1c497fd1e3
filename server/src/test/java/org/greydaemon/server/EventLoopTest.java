package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.server.ConnectionServer.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Connections that share threads: when they are heard, when they are answered, and who ends them.
final class EventLoopTest extends ConnectionServing {
    private final ScriptedConversations script = new ScriptedConversations();

    private SocketAddress start(int connectionsMax) throws IOException {
        server = server(LOOPBACK, new Limits(connectionsMax, 60, 60, 600), 1 << 26);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(() -> script);
        return at;
    }

    private static void ask(SocketChannel peer, String text) throws IOException {
        send(peer, text);
        assertThat(receive(peer)).isEqualTo(text);
    }

    @Test
    void whoeverAsksIsAnsweredAgainAndAgain() throws IOException {
        SocketAddress at = start(2);
        try (SocketChannel one = SocketChannel.open(at);
                SocketChannel other = SocketChannel.open(at)) {
            for (int i = 0; i < 10; i++) {
                ask(one, "one " + i);
                ask(other, "other " + i);
            }
            one.shutdownOutput();
            assertThat(receive(one)).as("the end").isEmpty();
            ask(other, "still");
        }
        assertThat(server.counts().broken()).isZero();
    }

    /// Who has always more to say does not keep the others waiting.
    @Test
    void allHaveHadTheirTurnBeforeTheFirstIsThrough() throws IOException {
        int turns = 500;
        int connections = 100;
        CountDownLatch said = new CountDownLatch(1);
        List<AtomicInteger> had = new ArrayList<>();
        AtomicLong begunAtFirstEnd = new AtomicLong(-1);
        Semaphore ended = new Semaphore(0);
        server = server(LOOPBACK, new Limits(connections, 60, 60, 600), 1 << 30);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(() ->
                new Conversations() {
                    @Override
                    public Conversation begin(Connection connection) {
                        AtomicInteger its = new AtomicInteger();
                        synchronized (had) {
                            had.add(its);
                        }
                        return new Conversation() {
                            private int heard;

                            @Override
                            public boolean receive() throws IOException {
                                await(said);
                                heard = connection.read(new byte[1], 0, 1);
                                return heard >= 0;
                            }

                            @Override
                            public Next answer(boolean mayWait) {
                                if (heard == 0 || its.incrementAndGet() < turns) {
                                    return Next.MORE;
                                }
                                synchronized (had) {
                                    begunAtFirstEnd.compareAndSet(
                                            -1, had.stream().filter(n -> n.get() > 0).count());
                                }
                                ended.release();
                                return Next.END;
                            }
                        };
                    }

                    @Override
                    public void beforeReplies() {}
                });
        List<SocketChannel> peers = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                SocketChannel peer = SocketChannel.open(at);
                peer.write(ByteBuffer.allocate(turns));
                peers.add(peer);
            }
            while (server.open() < connections) {
                Thread.onSpinWait();
            }
            said.countDown();
            ended.acquireUninterruptibly(connections);
            assertThat(begunAtFirstEnd.get()).isGreaterThan(connections / 2);
        } finally {
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void nothingIsSentBeforeTheRoundIsCommitted() throws IOException {
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        script.ending =
                () -> {
                    ending.countDown();
                    await(mayEnd);
                };
        SocketAddress at = start(2);
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "a");
            await(ending);
            peer.configureBlocking(false);
            assertThat(peer.read(ByteBuffer.allocate(1))).isZero();
            mayEnd.countDown();
            peer.configureBlocking(true);
            assertThat(receive(peer)).isEqualTo("a");
        }
    }

    /// So that what an answer needs stays in the processor's caches for the whole round.
    @Test
    void allOfARoundAreHeardBeforeTheFirstIsAnswered(@TempDir Path folder) throws IOException {
        // What is sent over a unix socket has arrived.
        server = server(LOOPBACK, new Limits(8, 60, 60, 600), 1 << 26);
        Path at = folder.resolve("socket");
        server.listen(new StreamAddress.Unix(at), MODE);
        server.start(() -> script);
        List<SocketChannel> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                peers.add(SocketChannel.open(UnixDomainSocketAddress.of(at)));
                ask(peers.getLast(), "here");
            }
            CountDownLatch ending = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            script.ending =
                    () -> {
                        ending.countDown();
                        await(mayEnd);
                    };
            send(peers.getFirst(), "first");
            await(ending);
            for (SocketChannel peer : peers.subList(1, 8)) {
                send(peer, "next");
            }
            mayEnd.countDown();
            for (SocketChannel peer : peers) {
                receive(peer);
            }
        } finally {
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
        assertThat(stepsBehind("first")).startsWith(false, false).isSorted();
    }

    /// Whether each was an answer, of the steps of the thread that was told this.
    private List<Boolean> stepsBehind(String said) {
        List<ScriptedConversations.Step> all = List.copyOf(script.steps);
        Thread its =
                all.stream()
                        .filter(one -> one.said().equals(said))
                        .findFirst()
                        .orElseThrow()
                        .thread();
        return all.stream()
                .filter(one -> one.thread().equals(its) && one.said().equals("next"))
                .map(ScriptedConversations.Step::isAnswer)
                .toList();
    }

    /// Who watches restarts a daemon whose threads hang.
    @Test
    void aRoundThatDoesNotEndIsSeen() throws IOException {
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        SocketAddress at = start(2);
        try (SocketChannel peer = SocketChannel.open(at)) {
            ask(peer, "a");
            assertThat(server.moves()).isTrue();
            script.ending =
                    () -> {
                        ending.countDown();
                        await(mayEnd);
                    };
            send(peer, "b");
            await(ending);
            assertThat(server.moves()).as("a round").isTrue();
            assertThat(server.moves()).as("the same round").isFalse();
            assertThat(server.lives()).isTrue();
            mayEnd.countDown();
            assertThat(receive(peer)).isEqualTo("b");
            ask(peer, "c");
            assertThat(server.moves()).as("another round").isTrue();
        }
    }

    @Test
    void aLateAnswerKeepsNobodyWaiting() throws IOException {
        SocketAddress at = start(10);
        try (SocketChannel late = SocketChannel.open(at)) {
            send(late, "late");
            await(script.begun);
            int before = script.receives.get();
            send(late, "more");
            for (int i = 0; i < 5; i++) { // As many as there are threads, and more.
                try (SocketChannel other = SocketChannel.open(at)) {
                    ask(other, "a");
                }
            }
            assertThat(script.receives.get() - before)
                    .as("of the others alone: as they are new, as they ask, as they end")
                    .isLessThanOrEqualTo(15);
            script.mayAnswer.countDown();
            String all = receive(late);
            assertThat(all.length() < 8 ? all + receive(late) : all).isEqualTo("latemore");
        }
    }

    @Test
    void aStopWaitsForALateAnswer() throws Exception {
        SocketAddress at = start(2);
        try (SocketChannel late = SocketChannel.open(at)) {
            send(late, "late");
            await(script.begun);
            Thread stops = Thread.ofPlatform().start(server::stop);
            while (stops.getState() != Thread.State.TIMED_WAITING) {
                assertThat(stops.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            script.mayAnswer.countDown();
            assertThat(receive(late)).isEqualTo("late");
            assertThat(receive(late)).isEmpty();
            stops.join();
        }
    }

    /// An operator's words may wait for a disk that does not answer.
    @Test
    void aStopLeavesALateAnswerThatDoesNotEnd() throws Exception {
        server = server(LOOPBACK, new Limits(2, 60, 60, 0));
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(() -> script);
        try (SocketChannel late = SocketChannel.open(at)) {
            send(late, "late");
            await(script.begun);
            Thread loop = thread("test-loop-1");
            assertThat(server.stop(0)).as("left").isOne();
            assertThat(receive(late)).isEmpty();
            loop.join();
        } finally {
            script.mayAnswer.countDown();
        }
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoseDeadlinePassesIsClosedEvenIfItsAnswerIsLate() throws IOException {
        AtomicLong now = new AtomicLong();
        server = server(now::get);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(() -> script);
        try (SocketChannel late = SocketChannel.open(at);
                SocketChannel silent = SocketChannel.open(at)) {
            send(late, "late");
            await(script.begun);
            while (server.open() < 2) {
                Thread.onSpinWait(); // Its deadline begins when it is accepted.
            }
            now.set(61_000_000_000L);
            assertThat(receive(silent)).isEmpty();
            assertThat(receive(late)).isEmpty();
            while (server.open() > 1) {
                Thread.onSpinWait(); // Its peer hears the end first.
            }
            assertThat(server.open()).as("its thread is still there").isOne();
            script.mayAnswer.countDown();
            while (server.open() > 0) {
                Thread.onSpinWait();
            }
        }
        assertThat(server.counts().overdue()).isEqualTo(2);
        assertThat(server.counts().unasked()).isOne();
        assertThat(server.counts().broken()).as("each end is counted once").isZero();
    }

    /// Nothing more is taken from who does not take his answers.
    @Test
    void whoDoesNotReadKeepsNobodyWaitingAndGetsAllInTheEnd() throws IOException {
        SocketAddress at = start(10);
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "much");
            for (int i = 0; i < 5; i++) {
                try (SocketChannel other = SocketChannel.open(at)) {
                    ask(other, "a");
                }
            }
            send(peer, "end");
            assertThat(lengthToTheEnd(peer)).isEqualTo(4 + (16 << 20) + 3);
        }
    }

    /// A late answer may be as long as it likes; the peer's pace is its thread's.
    @Test
    void aLongLateAnswerWaitsForItsPeer() throws IOException {
        script.mayAnswer.countDown();
        SocketAddress at = start(10);
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "late much");
            assertThat(receive(peer)).isEqualTo("late much");
            send(peer, "end");
            assertThat(lengthToTheEnd(peer)).isEqualTo((16 << 20) + 3);
        }
    }

    private static int lengthToTheEnd(SocketChannel peer) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(1 << 20);
        int length = 0;
        for (int n = peer.read(octets); n >= 0; n = peer.read(octets.clear())) {
            length += n;
        }
        return length;
    }

    /// A busy loop hears only later that a peer has hung up; its place is free before.
    @Test
    void nobodyMakesRoomForMoreThanThereAre() throws IOException {
        SocketAddress at = start(20);
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<SocketChannel> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                peers.add(SocketChannel.open(at));
                ask(peers.getLast(), "a");
            }
            script.ending = () -> await(mayEnd);
            List<SocketChannel> staying = peers.subList(0, 10); // There are fewer loops.
            for (SocketChannel peer : staying) {
                send(peer, "b");
            }
            for (SocketChannel peer : peers.subList(10, 20)) {
                peer.close();
            }
            List<SocketChannel> more = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                more.add(SocketChannel.open(at));
            }
            while (server.counts().accepted() == 20 && !isAcceptPutOff()) {
                Thread.onSpinWait();
            }
            mayEnd.countDown();
            for (SocketChannel peer : staying) {
                assertThat(receive(peer)).isEqualTo("b");
            }
            peers.addAll(more);
            for (SocketChannel peer : more) {
                ask(peer, "c");
            }
            ask(peers.getFirst(), "d");
        } finally {
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    private static boolean isAcceptPutOff() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread ->
                        thread.getName().equals("test-accept")
                                && thread.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    void aBugEndsOnlyItsConnection() throws IOException {
        script.mayAnswer.countDown();
        SocketAddress at = start(10);
        try (SocketChannel good = SocketChannel.open(at)) {
            for (String bug : List.of("bug", "late bug")) {
                try (SocketChannel bad = SocketChannel.open(at)) {
                    send(bad, bug);
                    assertThat(receive(bad)).isEmpty();
                }
                ask(good, "a");
            }
            script.isBroken = true;
            try (SocketChannel bad = SocketChannel.open(at)) {
                assertThat(receive(bad)).isEmpty();
            }
            ask(good, "a");
        }
        assertThat(bugs)
                .extracting(Throwable::getMessage)
                .containsExactly("bug", "late bug", "beginning");
        bugs.clear();
    }

    @Test
    void anErrorInALoopIsNotKeptQuiet() throws IOException {
        script.ending =
                () -> {
                    throw new NoClassDefFoundError("x");
                };
        SocketAddress at = start(2);
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "a");
            assertThat(receive(peer)).as("nobody waits in vain").isEmpty();
            while (server.lives()) {
                Thread.onSpinWait();
            }
        }
        assertThat(bugsOfServer).singleElement().satisfies(e -> assertThat(e).hasMessage("x"));
        bugsOfServer.clear();
    }

    @Test
    void whoHasHisLastAnswerHearsTheEndAndIsWaitedFor() throws IOException {
        SocketAddress at = start(2);
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "last");
            assertThat(receive(peer)).isEqualTo("last");
            assertThat(receive(peer)).isEmpty();
            send(peer, "for nobody");
            assertThat(server.open()).isOne();
        }
        while (server.open() > 0) {
            Thread.onSpinWait();
        }
        assertThat(server.counts().broken()).isZero();
    }
}
