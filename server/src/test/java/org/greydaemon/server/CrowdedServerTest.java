package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.server.ConnectionServer.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Who makes room where connections or memory are short.
final class CrowdedServerTest extends ConnectionServing {
    private void start(boolean loops, ConnectionHandler handler) {
        if (loops) {
            server.start(ScriptedConversations::new);
        } else {
            server.start(handler);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forOneConnectionTooManyTheLongestSilentOneGoes(boolean loops) throws IOException {
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        start(loops, CrowdedServerTest::ask);
        try (SocketChannel first = SocketChannel.open(at);
                SocketChannel second = SocketChannel.open(at)) {
            ask(first, "one");
            ask(second, "two");
            ask(first, "again");
            try (SocketChannel third = SocketChannel.open(at)) {
                ask(third, "three");
                assertThat(receive(second)).isEmpty();
                ask(first, "still");
            }
            assertThat(server.counts().tooMany()).isZero();
        }
        server.stop();
        assertThat(server.counts().madeRoom()).isOne();
        assertThat(server.counts().lastCrowding()).isEqualTo("127.0.0.1");
    }

    /// Whoever has many connections loses one, even if another's has been silent for longer.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePeerWithMostConnectionsMakesRoom(boolean loops) throws IOException {
        server = server(LOOPBACK, new Limits(3, 60, 60, 5));
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        start(loops, CrowdedServerTest::ask);
        try (SocketChannel alone = connectFrom(ipv4(127, 0, 0, 2), at)) {
            ask(alone, "alone");
            try (SocketChannel first = SocketChannel.open(at);
                    SocketChannel second = SocketChannel.open(at)) {
                ask(first, "one");
                ask(second, "two");
                try (SocketChannel third = connectFrom(ipv4(127, 0, 0, 3), at)) {
                    ask(third, "three");
                    assertThat(receive(first)).isEmpty();
                    ask(alone, "still");
                    ask(second, "still");
                }
            }
        }
    }

    /// A client that sees the end of its answer connects again at once, before its first connection
    /// is gone here: a thousand clients have more than a thousand connections for a moment.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoHasAllAnswersGoesFirstAndNobodyMissesIt(boolean loops) throws IOException {
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        start(
                loops,
                connection -> {
                    byte[] octets = new byte[100];
                    int n = connection.read(octets, 0, 100);
                    connection.asked();
                    connection.write(octets, 0, n);
                    if (octets[0] == 'l') {
                        connection.finish();
                    } else {
                        ask(connection);
                    }
                });
        try (SocketChannel silent = SocketChannel.open(at)) {
            ask(silent, "one");
            for (int i = 0; i < 5; i++) {
                try (SocketChannel last = SocketChannel.open(at)) {
                    ask(last, "last");
                    assertThat(receive(last)).isEmpty();
                    try (SocketChannel next = SocketChannel.open(at)) {
                        ask(next, "last");
                        assertThat(receive(next)).isEmpty();
                    }
                }
            }
            ask(silent, "still");
        }
        assertThat(server.counts().tooMany()).isZero();
        server.stop();
        assertThat(server.counts().madeRoom()).isZero();
        assertThat(server.counts().broken()).isZero();
    }

    @Test
    void whoIsBeingAnsweredStaysAndThenOneTooManyIsClosedAtOnceAndCounted() throws Exception {
        server = server(LOOPBACK, new Limits(1, 60, 60, 5));
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        CountDownLatch heard = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        server.start(connection -> {
            byte[] octets = new byte[100];
            int n = connection.read(octets, 0, 100);
            heard.countDown();
            await(mayAnswer);
            connection.write(octets, 0, n);
        });
        try (SocketChannel first = SocketChannel.open(at)) {
            send(first, "one");
            heard.await();
            try (SocketChannel second = SocketChannel.open(at)) {
                assertThat(receive(second)).isEmpty();
            }
            mayAnswer.countDown();
            assertThat(receive(first)).isEqualTo("one");
        }
        assertThat(server.counts().tooMany()).isOne();
    }

    /// Those that are closed while they are answered may go on for a while, so they have a bound.
    @Test
    void whoCanAskAgainGoesWhileItIsAnsweredButNotWithoutEnd() throws Exception {
        server = server(LOOPBACK, new Limits(1, 60, 60, 5), 1 << 24);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        CountDownLatch mayAnswer = new CountDownLatch(1);
        Semaphore heard = new Semaphore(0);
        server.start(connection -> answerLate(connection, heard, mayAnswer));
        SocketChannel latest = SocketChannel.open(at);
        try {
            send(latest, "first");
            heard.acquire();
            for (int i = 0; i < ConnectionServer.ENDING_MAX; i++) {
                SocketChannel next = SocketChannel.open(at);
                assertThat(receive(latest)).isEmpty();
                latest.close();
                latest = next;
                send(latest, "next");
                heard.acquire();
            }
            try (SocketChannel last = SocketChannel.open(at)) {
                assertThat(receive(last)).isEmpty();
            }
            mayAnswer.countDown();
            assertThat(receive(latest)).isEqualTo("next");
        } finally {
            mayAnswer.countDown();
            latest.close();
        }
        server.stop();
        assertThat(server.counts().madeRoom()).isEqualTo(ConnectionServer.ENDING_MAX);
        assertThat(server.counts().tooMany()).isOne();
    }

    /// Who holds most makes room, and of its connections those first that wait for their peer.
    @Test
    void whoIsAnsweredGoesAfterThoseOfItsPeerThatWaitAndBeforeAnothers() throws Exception {
        server = server(LOOPBACK, new Limits(3, 60, 60, 5));
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        CountDownLatch mayAnswer = new CountDownLatch(1);
        Semaphore heard = new Semaphore(0);
        server.start(connection -> answerLate(connection, heard, mayAnswer));
        try (SocketChannel alone = connectFrom(ipv4(127, 0, 0, 2), at);
                SocketChannel answered = SocketChannel.open(at);
                SocketChannel silent = SocketChannel.open(at)) {
            send(answered, "one");
            heard.acquire();
            try (SocketChannel next = connectFrom(ipv4(127, 0, 0, 3), at)) {
                assertThat(receive(silent)).isEmpty();
                send(next, "next");
                send(alone, "alone");
                heard.acquire(2);
                mayAnswer.countDown();
                assertThat(receive(answered)).isEqualTo("one");
                assertThat(receive(alone)).isEqualTo("alone");
                assertThat(receive(next)).isEqualTo("next");
            }
        } finally {
            mayAnswer.countDown();
        }
    }

    private static void answerLate(Connection connection, Semaphore heard, CountDownLatch mayAnswer)
            throws IOException {
        connection.cutShort();
        byte[] octets = new byte[100];
        int n = connection.read(octets, 0, 100);
        heard.release();
        await(mayAnswer);
        connection.write(octets, 0, n);
    }

    @Test
    void whoAsksNothingHasAMinuteAndWhoAsksHasMore() throws IOException {
        AtomicLong now = new AtomicLong();
        server = server(now::get);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(connection -> {
            connection.within(600);
            ask(connection);
        });
        try (SocketChannel asks = SocketChannel.open(at);
                SocketChannel silent = SocketChannel.open(at)) {
            ask(asks, "one");
            while (server.open() < 2) {
                Thread.onSpinWait(); // Its minute begins when it is accepted.
            }
            now.set(61_000_000_000L);
            assertThat(receive(silent)).isEmpty();
            ask(asks, "two");
        }
        assertThat(server.counts().overdue()).isOne();
        assertThat(server.counts().unasked()).isOne();
        server.stop();
        assertThat(server.counts().broken()).as("each end is counted once").isZero();
    }

    @Test
    void whoHasAllItsAnswersAndKeepsItsConnectionIsClosedButNotCounted() throws IOException {
        AtomicLong now = new AtomicLong();
        server = server(now::get);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(connection -> {
            byte[] octets = new byte[100];
            int n = connection.read(octets, 0, 100);
            connection.rests(octets[0] == 'l');
            connection.asked();
            connection.write(octets, 0, n);
            ask(connection);
        });
        try (SocketChannel rests = SocketChannel.open(at);
                SocketChannel owes = SocketChannel.open(at)) {
            ask(rests, "last");
            ask(owes, "more");
            now.set(61_000_000_000L);
            assertThat(receive(rests)).isEmpty();
            assertThat(receive(owes)).isEmpty();
        }
        assertThat(server.counts().overdue()).isOne();
    }

    /// A question is answered even if all memory is held by others.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoHoldsMostForLongestMakesRoomWhenMemoryIsShort(boolean loops) throws IOException {
        long octets = 3 * ConnectionBudget.LEAST + 300;
        server = server(LOOPBACK, new Limits(10, 60, 60, 5), octets);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        start(loops, CrowdedServerTest::hold);
        try (SocketChannel first = SocketChannel.open(at);
                SocketChannel second = SocketChannel.open(at)) {
            ask(first, "200");
            ask(second, "100");
            try (SocketChannel third = SocketChannel.open(at)) {
                ask(third, "10");
                assertThat(receive(first)).isEmpty();
                ask(second, "200");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoWantsMoreThanThereIsIsClosedAndCounted(boolean loops) throws IOException {
        server = server(LOOPBACK, LIMITS, ConnectionBudget.LEAST + 100);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        start(loops, CrowdedServerTest::hold);
        try (SocketChannel peer = SocketChannel.open(at)) {
            ask(peer, "100");
            send(peer, "101");
            assertThat(receive(peer)).isEmpty();
            try (SocketChannel next = SocketChannel.open(at)) {
                ask(next, "100");
            }
        }
        server.stop();
        assertThat(server.counts().overBudget()).isOne();
    }

    /// The answers are kept that a peer does not take.
    @Test
    void whatCannotBeSentYetIsHeld() throws IOException {
        server = server(ConnectionBudget.LEAST + (1 << 20), System::nanoTime);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ScriptedConversations::new);
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "much");
            while (server.counts().overBudget() == 0) {
                assertThat(Thread.interrupted()).as("its time is over").isFalse();
                Thread.onSpinWait();
            }
        }
    }

    /// What a connection held that is over for us is there for others, even if its thread has not
    /// seen the end: the loop would wait for itself.
    @Test
    void nobodyWaitsForWhatAClosedConnectionHeld() throws IOException {
        AtomicLong now = new AtomicLong();
        server = server(2 * ConnectionBudget.LEAST + 100, now::get);
        ScriptedConversations script = new ScriptedConversations();
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(() -> script);
        try (SocketChannel late = SocketChannel.open(at)) {
            ask(late, "100");
            send(late, "late");
            await(script.begun);
            now.set(61_000_000_000L);
            assertThat(receive(late)).as("its deadline has passed").isEmpty();
            try (SocketChannel other = SocketChannel.open(at)) {
                ask(other, "100");
            }
        } finally {
            script.mayAnswer.countDown();
        }
        assertThat(server.counts().madeRoom() + server.counts().overBudget()).isZero();
    }

    /// The two may happen at the same time, in two threads.
    @Test
    void whoHasMadeRoomHoldsNothingAnyMore() throws IOException {
        ConnectionBudget budget = new ConnectionBudget(1 << 20);
        try (ServerSocketChannel listening = ServerSocketChannel.open().bind(null);
                SocketChannel peer = SocketChannel.open(listening.getLocalAddress())) {
            EventLoops loops = new EventLoops(server, ScriptedConversations::new);
            try (SocketChannel accepted = listening.accept()) {
                LoopConnection connection =
                        new LoopConnection(
                                accepted,
                                new EventLoop("test", ScriptedConversations::new, loops),
                                LIMITS,
                                budget,
                                System::nanoTime);
                assertThat(peer.isConnected()).isTrue();
                assertThat(budget.hold(connection, 100)).isTrue();
                connection.makeRoom();
                assertThat(budget.hold(connection, 300)).isFalse();
                assertThat(budget.held()).isZero();
            }
        }
    }

    /// Answers what comes, each time as a question.
    private static void ask(Connection connection) throws IOException {
        byte[] octets = new byte[100];
        for (int n = connection.read(octets, 0, 100); n > 0; n = connection.read(octets, 0, 100)) {
            connection.asked();
            connection.write(octets, 0, n);
        }
    }

    private static void ask(SocketChannel channel, String text) throws IOException {
        send(channel, text);
        assertThat(receive(channel)).isEqualTo(text);
    }

    /// Holds as many octets as it is told to.
    private static void hold(Connection connection) throws IOException {
        byte[] octets = new byte[100];
        for (int n = connection.read(octets, 0, 100); n > 0; n = connection.read(octets, 0, 100)) {
            if (!connection.hold(Long.parseLong(new String(octets, 0, n, US_ASCII)))) {
                return;
            }
            connection.write(octets, 0, n);
        }
    }
}
