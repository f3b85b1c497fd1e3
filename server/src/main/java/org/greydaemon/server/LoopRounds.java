package org.greydaemon.server;

import org.greydaemon.server.Conversation.Next;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The rounds of an {@link EventLoop}: all that have said something are heard, each conversation
/// answers, all of that is committed once, and the answers are sent. So whoever asks again at once
/// waits until all others that have asked are answered ([ADR
/// 23](docs/adr/0023-connections-take-turns.md)).
///
/// Each step is taken for the whole round before the next one: between two system calls that each
/// take longer than to judge a question, nothing of what that needs would stay in the processor's
/// caches.
///
/// Confined to the thread of the loop, but for late answers, which have threads of their own.
final class LoopRounds {
    /// The most connections of a round: their answers are sent together, and the first of them
    /// should not wait long.
    private static final int ROUND_MAX = 32;

    private final EventLoop loop;
    private final EventLoops loops;
    private final Conversations conversations;
    private final Deque<LoopConnection> ready = new ArrayDeque<>();

    // Those that have asked more than was answered in their turn.
    private final List<LoopConnection> nextTurn = new ArrayList<>();

    private final List<LoopConnection> round = new ArrayList<>();
    private final List<LoopConnection> heard = new ArrayList<>(); // Those of the round.
    private final ByteBuffer nobodys = ByteBuffer.allocate(1 << 10);

    /// @param loop serves the connections
    /// @param loops hears what becomes of them
    /// @param conversations speaks the protocol
    LoopRounds(EventLoop loop, EventLoops loops, Conversations conversations) {
        this.loop = loop;
        this.loops = loops;
        this.conversations = conversations;
    }

    /// A connection has something to say, by what the selector tells.
    void isReady(SelectionKey key) {
        ready.add((LoopConnection) key.attachment());
    }

    /// Whether somebody has asked who had his turn before he was through: no selector tells of it.
    boolean isOwed() {
        return !nextTurn.isEmpty();
    }

    /// All that have asked by now, or are owed something, are going to have their turn.
    void begin() {
        ready.addAll(nextTurn); // Behind all others that have asked.
        nextTurn.clear();
    }

    /// Whether somebody has not had it yet.
    boolean hasNext() {
        return !ready.isEmpty();
    }

    /// Begins with a connection.
    ///
    /// @param selector tells from now on what arrives there
    void welcome(LoopConnection connection, Selector selector) {
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

    /// The next round: up to 32 connections.
    void next() {
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

    /// Sends what there is to send, and does what comes then.
    void reply(LoopConnection connection) {
        try {
            connection.waits(true); // Before its peer can know.
            if (connection.isEnded()) {
                loop.end(connection);
            } else if (connection.flush()) {
                goOn(connection);
            } else if (connection.holdUnsent()) {
                connection.interest(SelectionKey.OP_WRITE);
            } else {
                loop.end(connection);
            }
        } catch (IOException e) {
            broke(connection);
            loop.end(connection);
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
            case END -> loop.end(connection);
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
            loop.attend(connection);
        }
    }
}
