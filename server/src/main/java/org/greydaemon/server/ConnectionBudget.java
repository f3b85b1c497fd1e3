package org.greydaemon.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The octets that all connections of all front ends may hold together, counted before they are
/// taken. Safe for use by several threads.
///
/// When they run out, whoever wants more gets what {@link Dispensable} connections give up, so that
/// the next question always finds room; but nobody gets room at the cost of those that hold less.
public final class ConnectionBudget {
    /// What a connection takes that has asked nothing: its thread's stack and the first buffers.
    static final long LEAST = 12 << 10;

    /// The part of the heap that connections may fill.
    private static final int PART = 4;

    /// How long a connection that is closed may take to give back what it holds.
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long octetsMax;

    @GuardedBy("this")
    private final Set<Connection> holders = new HashSet<>();

    @GuardedBy("this")
    private long held;

    /// @param octetsMax how many octets there are
    public ConnectionBudget(long octetsMax) {
        this.octetsMax = octetsMax;
    }

    /// The budget that this JVM's heap allows.
    public static ConnectionBudget ofHeap() {
        return new ConnectionBudget(Runtime.getRuntime().maxMemory() / PART);
    }

    /// The octets there are.
    public long octetsMax() {
        return octetsMax;
    }

    /// The octets that are held.
    public synchronized long held() {
        return held;
    }

    /// Says how many octets a connection holds from now on; may wait for others to give theirs up.
    ///
    /// @return whether it may; if not, it holds what it held
    synchronized boolean hold(Connection connection, long octets) {
        long more = octets - connection.held();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (more > 0 && held + more > octetsMax) {
            if (!askOthers(connection, octets, held + more - octetsMax)) {
                return false;
            }
            // Who need not be waited for has given back what it held.
            if (held + more > octetsMax && !waited(deadline - System.nanoTime())) {
                return false;
            }
        }
        if (connection.isClosed()) {
            return false; // Meanwhile, by another thread; it has given back what it held.
        }
        holders.add(connection);
        connection.holds(octets);
        held += more;
        notifyAll();
        return true;
    }

    /// Closes connections that hold at least as much, until those that are being closed will give
    /// back enough.
    @GuardedBy("this")
    private boolean askOthers(Connection connection, long octets, long missing) {
        long coming = 0;
        Set<Connection> others = new HashSet<>();
        for (Connection other : holders) {
            if (other.isClosed()) {
                coming += other.held();
            } else if (!other.equals(connection) && other.held() >= octets) {
                others.add(other);
            }
        }
        while (coming < missing) {
            Optional<Connection> first = Dispensable.of(others, System.nanoTime());
            if (first.isEmpty()) {
                return false;
            }
            coming += first.get().held();
            others.remove(first.get());
            first.get().makeRoom();
        }
        return true;
    }

    @GuardedBy("this")
    private boolean waited(long nanos) {
        try {
            if (nanos > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, nanos);
            }
            return nanos > 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// A connection has ended, and holds nothing any more. Idempotent.
    synchronized void release(Connection connection) {
        if (holders.remove(connection)) {
            held -= connection.held();
            notifyAll();
        }
    }

    /// Takes octets for something that is no connection of ours; nobody gives any up for it.
    ///
    /// @return whether there are so many
    public synchronized boolean reserve(long octets) {
        if (held + octets > octetsMax) {
            return false;
        }
        held += octets;
        return true;
    }

    /// Gives back what {@link #reserve} took.
    public synchronized void giveBack(long octets) {
        held -= octets;
        notifyAll();
    }
}
