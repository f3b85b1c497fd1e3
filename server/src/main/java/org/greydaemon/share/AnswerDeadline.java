package org.greydaemon.share;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// How long one question to an engine may take altogether, connections, TLS and all their answers
/// included. A socket's own timeout begins anew with each octet, and there is none for what it
/// sends, so who waits for an engine is freed by somebody else: every second the connections are
/// looked at, and closed when it has taken too long. Safe for use by several threads.
final class AnswerDeadline {
    /// How long a question may take. Some nodes of a Cluster that are gone cost 2 s each.
    static final long QUESTION_MILLIS = 10_000;

    /// Of a large answer each so many octets give it a second more: 2 Mbit/s are enough.
    static final long OCTETS_A_SECOND = 256 << 10;

    private static final long NONE = Long.MIN_VALUE;

    private final LongSupplier nanos;
    private final Set<Closeable> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong octets = new AtomicLong();

    // When the question was asked that waits for its answer; written by `share`.
    private volatile long began = NONE;

    // That the answer took too long.
    private volatile boolean isOver;

    private volatile boolean hasEnded;

    /// @param nanos the monotonic clock, in nanoseconds
    AnswerDeadline(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// Something is asked.
    ///
    /// @return whether it is a question of its own, and no part of one
    boolean begin() {
        if (began != NONE) {
            return false;
        }
        isOver = false;
        octets.set(0);
        began = nanos.getAsLong();
        return true;
    }

    /// There is an answer, or there will be none.
    void end() {
        began = NONE;
    }

    /// So much of an answer has come.
    void came(long count) {
        octets.addAndGet(count);
    }

    /// A connection is made.
    ///
    /// @throws SocketException if it is too late for that
    void add(Closeable connection) throws SocketException {
        connections.add(connection);
        if (isOver || hasEnded) {
            close(connection);
            throw new SocketException("it is too late for another connection");
        }
    }

    /// A connection is no more.
    void remove(Closeable connection) {
        connections.remove(connection);
    }

    /// Ends what has taken too long.
    void look() {
        long since = began;
        long millis = QUESTION_MILLIS + 1_000 * (octets.get() / OCTETS_A_SECOND);
        if (since != NONE && nanos.getAsLong() - since > TimeUnit.MILLISECONDS.toNanos(millis)) {
            isOver = true;
            connections.forEach(this::close);
        }
    }

    /// Ends what is under way, however long it has taken, and whatever would follow.
    void cut() {
        hasEnded = true;
        connections.forEach(this::close);
    }

    /// Whether the last question was given up.
    boolean isOver() {
        return isOver;
    }

    private void close(Closeable connection) {
        connections.remove(connection);
        try {
            connection.close();
        } catch (IOException e) {
            // It is given up.
        }
    }
}
