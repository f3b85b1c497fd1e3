package org.greydaemon.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.server.Conversation.Next;
import org.greydaemon.system.TimeSlice;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// One of the threads that serve connections, round by round: it hears all that have said
/// something, lets each conversation answer, has all of that committed once, and sends the answers.
/// So whoever asks again at once waits until all others that have asked are answered ([ADR
/// 23](docs/adr/0023-connections-take-turns.md)). An answer that has to wait for something is given
/// by a virtual thread.
///
/// Each step is taken for the whole round before the next one: between two system calls that each
/// take longer than to judge a question, nothing of what that needs would stay in the processor's
/// caches.
///
/// What is not said to be for others is confined to the thread.
final class EventLoop {
    /// The most connections of a round: their answers are sent together, and the first of them
    /// should not wait long.
    private static final int ROUND_MAX = 32;

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
    private final Deque<LoopConnection> ready = new ArrayDeque<>();

    // Those that have asked more than was answered in their turn.
    private final List<LoopConnection> nextTurn = new ArrayList<>();

    private final List<LoopConnection> round = new ArrayList<>();
    private final List<LoopConnection> heard = new ArrayList<>(); // Those of the round.
    private final ByteBuffer nobodys = ByteBuffer.allocate(1 << 10);

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
        Conversations conversations = handlers.get();
        try {
            while (!closing) {
                select();
                turns.setRelease(turns.getPlain() + 1);
                for (LoopConnection one = attention.poll(); one != null; one = attention.poll()) {
                    look(one, conversations);
                }
                ready.addAll(nextTurn); // Behind all others that have asked.
                nextTurn.clear();
                while (!ready.isEmpty()) {
                    round(conversations);
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

    private void select() throws IOException {
        if (nextTurn.isEmpty()) {
            selector.select(this::isReady);
        } else {
            selector.selectNow(this::isReady);
        }
    }

    private void isReady(SelectionKey key) {
        ready.add((LoopConnection) key.attachment());
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

    private void look(LoopConnection connection, Conversations conversations) {
        if (!connection.isRegistered() && !connection.isEnded()) {
            begin(connection, conversations);
        }
        boolean isAnswered = connection.takeLateAnswer();
        if (connection.isEnded()) {
            end(connection);
        } else if (isAnswered) {
            reply(connection);
        }
    }

    private void begin(LoopConnection connection, Conversations conversations) {
        try {
            connection.register(selector, conversations.begin(connection));
            connection.waits(true);
            ready.add(connection); // It has mostly asked by now; the selector is told of it later.
        } catch (IOException e) {
            broke(connection);
        } catch (RuntimeException | Error e) {
            hasBug(connection, e);
        }
    }

    private void round(Conversations conversations) {
        while (round.size() < ROUND_MAX && !ready.isEmpty()) {
            LoopConnection next = ready.remove();
            if (!next.isEnded()) {
                next.waits(false);
                round.add(next);
                if (hear(next)) {
                    heard.add(next);
                }
            }
        }
        heard.forEach(this::answer);
        heard.clear();
        conversations.beforeReplies();
        round.forEach(this::reply);
        round.clear();
    }

    /// Who has not taken its answers yet is not heard.
    ///
    /// @return whether there may be something to answer now
    private boolean hear(LoopConnection connection) {
        try {
            if (connection.finishes()) {
                connection.next(connection.receive(nobodys.clear()) < 0 ? Next.END : Next.MORE);
            } else if (!connection.hasUnsent()) {
                return connection.next() == Next.NEXT_TURN || receive(connection);
            }
        } catch (IOException e) {
            broke(connection);
        } catch (RuntimeException | Error e) {
            hasBug(connection, e);
        }
        return false;
    }

    private static boolean receive(LoopConnection connection) throws IOException {
        boolean hasMore = connection.conversation().receive();
        if (!hasMore) {
            connection.next(Next.END);
        }
        return hasMore;
    }

    private void answer(LoopConnection connection) {
        try {
            // What nobody hears is not judged: it may have made room for another one of the round.
            boolean isAnswered = !connection.isEnded();
            while (isAnswered) {
                connection.next(connection.conversation().answer(false));
                isAnswered =
                        connection.next() == Next.MORE
                                && connection.hasUnread()
                                && receive(connection);
            }
        } catch (IOException e) {
            broke(connection);
        } catch (RuntimeException | Error e) {
            hasBug(connection, e);
        }
    }

    private void broke(LoopConnection connection) {
        if (!connection.isClosed()) {
            loops.broke();
        }
        connection.hangUp();
    }

    private void hasBug(LoopConnection connection, Throwable bug) {
        loops.onBug().ofConnection().uncaughtException(Thread.currentThread(), bug);
        connection.hangUp();
    }

    private void reply(LoopConnection connection) {
        try {
            connection.waits(true); // Before its peer can know.
            if (connection.isEnded()) {
                end(connection);
            } else if (connection.flush()) {
                goOn(connection);
            } else if (connection.holdUnsent()) {
                connection.interest(SelectionKey.OP_WRITE);
            } else {
                end(connection);
            }
        } catch (IOException e) {
            broke(connection);
            end(connection);
        }
    }

    private void goOn(LoopConnection connection) throws IOException {
        switch (connection.next()) {
            case MORE -> {
                connection.conversation().sent();
                connection.interest(SelectionKey.OP_READ);
                if (connection.hasUnread()) {
                    ready.add(connection); // It was answered late; no selector tells of the rest.
                }
            }
            case NEXT_TURN -> {
                connection.waits(false);
                connection.interest(0); // No selector tells of it, so it is there only once.
                nextTurn.add(connection);
            }
            case LATE_ANSWER -> {
                connection.waits(false);
                connection.interest(0);
                connection.beginLateAnswer();
                Thread.ofVirtual().name(loops.name() + "-late").start(() -> answerLate(connection));
            }
            case FINISH -> {
                connection.beginFinish();
                connection.interest(SelectionKey.OP_READ);
            }
            case END -> end(connection);
        }
    }

    private void answerLate(LoopConnection connection) {
        try {
            connection.next(connection.conversation().answer(true));
        } catch (IOException e) {
            broke(connection);
        } catch (RuntimeException | Error e) {
            hasBug(connection, e);
        } finally {
            connection.lateAnswerIsDone();
            attend(connection);
        }
    }

    /// A late answer is waited for; it hears that the connection has gone.
    private void end(LoopConnection connection) {
        connection.hangUp();
        if (!connection.isLate() && connection.goes()) {
            open.decrementAndGet();
            loops.isOver(connection);
        }
    }
}
