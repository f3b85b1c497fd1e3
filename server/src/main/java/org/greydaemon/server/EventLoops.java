package org.greydaemon.server;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/// Threads that serve many connections each, as many as there are processors: `NAME-loop-1` and so
/// on. One is begun when it first has something to do.
final class EventLoops implements Serving {
    /// Far more than any site's mail needs.
    private static final int LOOPS_MAX = 8;

    /// Longer than a turn takes with as many connections as there may be.
    private static final long SETTLE_NANOS = 1_000_000_000;

    private final ConnectionServer server;
    private final Supplier<? extends Conversations> handlers;
    private final int loopsMax =
            Math.clamp(Runtime.getRuntime().availableProcessors(), 1, LOOPS_MAX);
    private final List<EventLoop> loops = new CopyOnWriteArrayList<>();

    /// @param handlers makes what speaks the protocol, for each thread
    EventLoops(ConnectionServer server, Supplier<? extends Conversations> handlers) {
        this.server = server;
        this.handlers = handlers;
    }

    /// The word for logs.
    String name() {
        return server.name();
    }

    /// Who hears of bugs.
    ConnectionServer.OnBug onBug() {
        return server.onBug();
    }

    /// A connection broke.
    void broke() {
        server.counts().broke();
    }

    /// Nothing more is said over a connection.
    void isOver(Connection connection) {
        server.isOver(connection);
    }

    @Override
    public Connection take(SocketChannel channel) throws IOException {
        return server.connection(channel, loop());
    }

    private synchronized EventLoop loop() throws IOException {
        EventLoop idlest =
                loops.stream().min(Comparator.comparingInt(EventLoop::open)).orElse(null);
        if (idlest != null && (idlest.open() == 0 || loops.size() == loopsMax)) {
            return idlest;
        }
        EventLoop begun = new EventLoop(name() + "-loop-" + (loops.size() + 1), handlers, this);
        loops.add(begun);
        begun.start();
        return begun;
    }

    @Override
    public void serve(Connection connection) {
        LoopConnection its = (LoopConnection) connection;
        its.loop().serve(its);
    }

    /// What a loop hears in a turn was told to it before the turn, so the second one counts.
    @Override
    public void settle() {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        try {
            for (int turn = 0; turn < 2; turn++) {
                for (CountDownLatch end : loops.stream().map(EventLoop::endOfTurn).toList()) {
                    boolean _ = end.await(deadline - System.nanoTime(), NANOSECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean lives() {
        return loops.stream().allMatch(EventLoop::isAlive);
    }

    @Override
    public boolean moves() {
        boolean moves = true;
        for (EventLoop loop : loops) {
            moves &= loop.moves();
        }
        return moves;
    }

    @Override
    public void stop() throws InterruptedException {
        for (EventLoop loop : loops) {
            loop.stop();
        }
    }
}
