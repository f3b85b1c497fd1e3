package org.greydaemon.store.memory;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;

import java.util.concurrent.atomic.AtomicLongArray;

/// Counts triplets whose time to come back is over and whose sender never did, when a walk meets
/// them for the first time after that. What was evicted, forgotten, or over before this process was
/// started is never met, so nothing is counted twice, and no entry needs a place to note that it
/// was counted. Counted by one thread at a time, read by any.
///
/// Mail that its client has not sent again because other mail has proven it meanwhile came with
/// that proof: a network of which anything has proven itself is left out. In doubt nothing is
/// counted.
final class Unreturned {
    private static final int KINDS = Key.Kind.values().length;
    private static final int SUSPECT = KINDS;
    private static final int MESSAGE = 2 * KINDS;

    private final Shares shares;
    private final AtomicLongArray counts = new AtomicLongArray(4 * KINDS);

    // Confined to who walks.
    private long before;
    private long now;

    /// @param started when the entries that are there were read, in seconds
    Unreturned(Shares shares, long started) {
        this.shares = shares;
        now = started;
    }

    /// Begins with a walk. One that begins at the same time as the last counts nothing.
    void begin(long time) {
        before = now;
        now = Math.max(now, time);
    }

    /// Meets an entry that no file has a use for any more.
    ///
    /// @param network of the client that made it, a {@link MakerNetwork}
    void meet(Key.Kind kind, long entry, long network, Lifetimes lifetimes) {
        if (kind.isTriplet()
                && Entry.neverCameBack(entry)
                && lifetimes.isSaved(kind, entry, before)
                && shares.weight(Standing.PROVEN, network, Shares.NETWORK) == 0) {
            boolean isSuspect = (Entry.mark(entry) & Entry.SUSPECT) != 0;
            int place = kind.number() + (isSuspect ? SUSPECT : 0);
            counts.incrementAndGet(place);
            if ((Entry.mark(entry) & Entry.MESSAGE) != 0) {
                counts.incrementAndGet(place + MESSAGE);
            }
        }
    }

    /// To how many recipients of attempts nobody came back.
    ///
    /// @param kind of the widest identity that was known
    long recipients(Key.Kind kind, boolean isSuspect) {
        return counts.get(kind.number() + (isSuspect ? SUSPECT : 0));
    }

    /// How many attempts, counted once for all their recipients, nobody repeated.
    long messages(Key.Kind kind, boolean isSuspect) {
        return counts.get(MESSAGE + kind.number() + (isSuspect ? SUSPECT : 0));
    }
}
