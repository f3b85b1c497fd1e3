package org.greydaemon.gate;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.ReentrantLock;

/// Which network has first asked about a sender and a recipient, while that mail waits. Safe for
/// use by several threads.
///
/// It is a table of a fixed size, made when the first mail waits: a place for an envelope is one of
/// a few, and when all are taken, the one asked about longest ago makes room. A restart empties it,
/// and all that is lost is what the mail that waited meanwhile could have taught (docs/rules.md).
final class FirstAskers {
    /// How many mails are known at most: 1 MiB.
    static final int MAILS_MAX = 32_768;

    private static final int WAYS = 8;

    /// The words of a place behind the envelope, 64 bits of a digest: the network, two words; the
    /// time in seconds plus one, 0 if the place is free.
    private static final int HIGH = 1;

    private static final int LOW = 2;
    private static final int TIME = 3;
    private static final int WORDS = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private long[] places = {};

    /// Who asked first.
    ///
    /// @param high the first 64 bits of the network's address
    /// @param low the last 64 bits
    /// @param time in seconds
    record Asker(long high, long low, long time) {}

    /// Somebody asks about a mail.
    ///
    /// @param envelope stands for its sender and recipient
    /// @param keptSeconds how long the first time counts
    /// @param passes whether the mail is accepted now, and so no longer waits
    /// @return who asked first, if that was another network; null if it was not
    @Nullable Asker asks(
            long envelope, long high, long low, long now, long keptSeconds, boolean passes) {
        lock.lock();
        try {
            if (places.length == 0) {
                places = new long[MAILS_MAX * WORDS];
            }
            int at = place(envelope);
            boolean found = places[at + TIME] != 0 && places[at] == envelope;
            long time = places[at + TIME] - 1;
            boolean counts = found && now >= time && now - time < keptSeconds;
            boolean isOther = places[at + HIGH] != high || places[at + LOW] != low;
            Asker first =
                    counts && isOther ? new Asker(places[at + HIGH], places[at + LOW], time) : null;
            if (passes) {
                places[at + TIME] = found ? 0 : places[at + TIME];
            } else if (!counts) {
                places[at] = envelope;
                places[at + HIGH] = high;
                places[at + LOW] = low;
                places[at + TIME] = now + 1;
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /// Where an envelope is, else where it belongs.
    private int place(long envelope) {
        int from = (int) Long.remainderUnsigned(envelope, MAILS_MAX / WAYS) * WAYS * WORDS;
        int oldest = from;
        for (int at = from; at < from + WAYS * WORDS; at += WORDS) {
            if (places[at] == envelope && places[at + TIME] != 0) {
                return at;
            }
            if (places[at + TIME] < places[oldest + TIME]) {
                oldest = at;
            }
        }
        return oldest;
    }
}
