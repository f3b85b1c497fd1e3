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

    /// The latest time that can be remembered, in seconds; it comes in the year 36812.
    public static final long TIME_MAX = (1L << TIME_BITS) - 1;

    /// The largest mark.
    public static final int MARK_MAX = (1 << 23) - 1;

    /// The mark of a triplet that has passed and so has proven itself, but not its client: its time
    /// is when it last passed.
    public static final int PROVEN = 1 << 22;

    /// The mark of a triplet whose client is suspect and so waits longer. The other bits of a
    /// triplet's mark count retries that came too early.
    public static final int SUSPECT = 1 << 21;

    /// The mark of the one triplet of an attempt and a recipient that says whether they came back:
    /// that of the widest identity, which hears of a retry from another host too.
    public static final int FIRST = 1 << 20;

    /// The mark of such a triplet that was tried again, too early or in time.
    public static final int CAME_BACK = 1 << 19;

    /// The mark of such a triplet that stands for all recipients of an attempt.
    public static final int MESSAGE = 1 << 18;

    private static final int EARLY_MASK = MESSAGE - 1;

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

    /// Whether a triplet says of an attempt and a recipient that nobody came back.
    public static boolean neverCameBack(long entry) {
        return (mark(entry) & (FIRST | CAME_BACK | PROVEN)) == FIRST;
    }

    /// An entry of another host as it is remembered here: that somebody came back there counts here
    /// too; a first attempt there is counted there alone.
    public static long ofOtherHost(Key.Kind kind, long entry) {
        return entry == Memory.NEVER || !kind.isTriplet()
                ? entry
                : of(time(entry), mark(entry) & ~(FIRST | MESSAGE));
    }

    /// How many retries of a triplet came too early.
    public static int earlyRetries(long entry) {
        return mark(entry) & EARLY_MASK;
    }

    /// Its mark; 0 for no entry.
    public static int mark(long entry) {
        return entry == Memory.NEVER ? 0 : (int) (entry >>> TIME_BITS);
    }
}
