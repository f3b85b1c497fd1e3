package org.greydaemon.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.system.TimeSlice;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// One of the threads that serve connections: it waits until somebody has something to say, and
/// then goes {@linkplain LoopRounds round by round} until nobody has. An answer that has to wait
/// for something is given by a virtual thread.
///
/// What is not said to be for others is confined to the thread.
final class EventLoop {
    private final Supplier<? extends Conversations> handlers;
    private final EventLoops loops;
    private final Selector selector;
    private final Thread thread;

    // Connections of which others have something to say: they are new, were answered late, or are
    // to end.
    private final Queue<LoopConnection> attention = new ConcurrentLinkedQueue<>();

    // What others wait for.
    private final Queue<CountDownLatch> endings = new ConcurrentLinkedQueue<>();

    private final AtomicInteger open = new AtomicInteger(); // Read by others.

    // Odd while it does not wait for its peers; written by the thread only.
    private final AtomicLong turns = new AtomicLong();

    // Confined to the thread that asks whether this one moves.
    private long turnsSeen;

    // Written by stop().
    private volatile boolean closing;

    @GuardedBy("attention")
    private boolean isOver;

    /// @param handlers makes what speaks the protocol, in the thread
    /// @param loops hears what becomes of the connections
    EventLoop(String name, Supplier<? extends Conversations> handlers, EventLoops loops)
            throws IOException {
        this.handlers = handlers;
        this.loops = loops;
        selector = Selector.open();
        thread =
                Thread.ofPlatform()
                        .name(name)
                        .uncaughtExceptionHandler(loops.onBug().ofServer())
                        .unstarted(this::run);
    }

    /// Begins. For others.
    void start() {
        thread.start();
    }

    /// Serves a connection. For others.
    void serve(LoopConnection connection) {
        open.incrementAndGet();
        attend(connection);
    }

    /// The connections that it serves. For others.
    int open() {
        return open.get();
    }

    /// Has the loop look at a connection that is new, was answered late, or is to end. For others.
    void attend(LoopConnection connection) {
        attention.add(connection);
        wake();
    }

    private void wake() {
        synchronized (attention) {
            if (!isOver) {
                selector.wakeup();
                return;
            }
        }
        endAttended();
    }

    /// Counted down at the end of a turn that goes on now, or of the next one. For others.
    CountDownLatch endOfTurn() {
        CountDownLatch end = new CountDownLatch(1);
        endings.add(end);
        wake();
        return end;
    }

    /// Whether it lives. For others.
    boolean isAlive() {
        return thread.isAlive();
    }

    /// Whether it lives, and is not in the same turn as when this was last asked. For others, of
    /// which only one may ask.
    boolean moves() {
        long now = turns.getAcquire();
        boolean isStuck = (now & 1) == 1 && now == turnsSeen;
        turnsSeen = now;
        return thread.isAlive() && !isStuck;
    }

    /// Ends. Nobody waits for a loop that has connections left: what keeps them may keep it. For
    /// others.
    void stop() throws InterruptedException {
        closing = true;
        wake();
        if (open.get() == 0) {
            thread.join();
        }
    }

    private void run() {
        TimeSlice.shorten();
        LoopRounds rounds = new LoopRounds(this, loops, handlers.get());
        try {
            while (!closing) {
                select(rounds);
                turns.setRelease(turns.getPlain() + 1);
                for (LoopConnection one = attention.poll(); one != null; one = attention.poll()) {
                    look(one, rounds);
                }
                rounds.begin();
                while (rounds.hasNext()) {
                    rounds.next();
                    turns.setRelease(turns.getPlain() + 2);
                }
                for (CountDownLatch end = endings.poll(); end != null; end = endings.poll()) {
                    end.countDown();
                }
                turns.setRelease(turns.getPlain() + 1);
            }
        } catch (IOException e) {
            throw new IllegalStateException(thread.getName() + ": " + e.getMessage(), e);
        } finally {
            close();
        }
    }

    private void select(LoopRounds rounds) throws IOException {
        if (rounds.isOwed()) {
            selector.selectNow(rounds::isReady);
        } else {
            selector.select(rounds::isReady);
        }
    }

    /// Nobody waits for a connection whose loop has ended.
    private void close() {
        synchronized (attention) {
            isOver = true;
        }
        selector.keys().forEach(key -> end((LoopConnection) key.attachment()));
        endAttended();
        endings.forEach(CountDownLatch::countDown);
        try {
            selector.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }

    /// Once the loop is over, in whatever thread comes: an answer may have been late until now.
    private void endAttended() {
        for (LoopConnection one = attention.poll(); one != null; one = attention.poll()) {
            boolean _ = one.takeLateAnswer();
            end(one);
        }
    }

    private void look(LoopConnection connection, LoopRounds rounds) {
        if (!connection.isRegistered() && !connection.isEnded()) {
            rounds.welcome(connection, selector);
        }
        boolean isAnswered = connection.takeLateAnswer();
        if (connection.isEnded()) {
            end(connection);
        } else if (isAnswered) {
            rounds.reply(connection);
        }
    }

    /// A late answer is waited for; it hears that the connection has gone.
    void end(LoopConnection connection) {
        connection.hangUp();
        if (!connection.isLate() && connection.goes()) {
            open.decrementAndGet();
            loops.isOver(connection);
        }
    }
}
