package org.greydaemon.decision;

/// What is remembered of one key, packed into a `long` so that a look costs no garbage:
///
/// ```
///   63 62           40 39                            0
///  +--+---------------+-------------------------------+
///  |0 | mark, 23 bits | time in seconds, from 0 on    |
///  +--+---------------+-------------------------------+
/// ```
///
/// The time of a triplet is when it was first seen, that of a proof when it last served. What the
/// mark says depends on the key's {@link Key.Kind}; 0 says nothing, so an entry of the original's
/// rules is a plain time. {@link Memory#NEVER} is no entry.
public final class Entry {
    private static final int TIME_BITS = 40;

    /// The latest time that can be remembered: it comes in 36,812.
    public static final long TIME_MAX = (1L << TIME_BITS) - 1;

    /// The largest mark.
    public static final int MARK_MAX = (1 << 23) - 1;

    /// The mark of a triplet that has passed and so has proven itself, but not its client: its time
    /// is when it last passed.
    public static final int PROVEN = 1 << 22;

    /// The mark of a triplet whose client is suspect and so waits longer. The other bits of a
    /// triplet's mark count retries that came too early.
    public static final int SUSPECT = 1 << 21;

    private Entry() {}

    /// An entry; a time before 1970 counts as 0.
    ///
    /// @param time in seconds
    /// @param mark from 0 to {@link #MARK_MAX}
    public static long of(long time, int mark) {
        return (long) mark << TIME_BITS | Math.clamp(time, 0, TIME_MAX);
    }

    /// Its time in seconds; {@link Memory#NEVER} for no entry.
    public static long time(long entry) {
        return entry == Memory.NEVER ? entry : entry & TIME_MAX;
    }

    /// How many retries of a triplet came too early.
    public static int earlyRetries(long entry) {
        return mark(entry) & (SUSPECT - 1);
    }

    /// Its mark; 0 for no entry.
    public static int mark(long entry) {
        return entry == Memory.NEVER ? 0 : (int) (entry >>> TIME_BITS);
    }
}
