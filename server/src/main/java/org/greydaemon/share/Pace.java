package org.greydaemon.share;

/// How much of the time of its thread sharing leaves to others, who answer mail. Confined to
/// `share`.
final class Pace {
    /// With more changes of its own in a millisecond than this, a host is busy answering.
    private static final long BUSY = 30;

    /// For so long what others write is read as fast as it comes, in milliseconds. An honest host
    /// does not fill the streams for longer: it gives way to its own answers, too.
    private static final long FLOOD_MILLIS = 10_000;

    private static final long REST_MILLIS_MAX = 400;

    private final long usualRest;

    // How long there has been more to read at the end of each round, in milliseconds.
    private long flooded;

    /// @param usualRest how long it rests when there is nothing to do, in milliseconds
    Pace(long usualRest) {
        this.usualRest = usualRest;
    }

    /// How long to rest after a round, in milliseconds. While a flood is answered, sharing takes no
    /// more than a third of the time: others may hear late, and what finds no room meanwhile is
    /// made up for, but answers may not be late. And whoever writes without end, or the same again
    /// and again, gets no more than half of it.
    ///
    /// @param millis that the round took
    /// @param changed how many changes of our own came meanwhile
    /// @param isMore whether there is more to read
    /// @param isBehind whether it reads what it has missed, and that has an end
    long rest(long millis, long changed, boolean isMore, boolean isBehind) {
        long took = Math.max(1, millis);
        flooded = isMore && !isBehind ? flooded + took : 0;
        if (changed > BUSY * (took + usualRest)) {
            return Math.min(2 * took, REST_MILLIS_MAX);
        }
        return flooded > FLOOD_MILLIS ? Math.min(took, REST_MILLIS_MAX) : 0;
    }
}
