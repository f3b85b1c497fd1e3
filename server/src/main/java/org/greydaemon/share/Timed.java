package org.greydaemon.share;

/// A name with a time, as the engine keeps it in a sorted set.
///
/// @param seconds of what was forgotten, when the engine was told
/// @param late by how many seconds that was later than it was forgotten
record Timed(String name, long seconds, long late) {
    /// A double has so many places below 1 where it says seconds since 1970, until 2038, and one
    /// less then.
    private static final double LATE_UNITS = 1 << 22;

    Timed(String name, long seconds) {
        this(name, seconds, 0);
    }

    static Timed of(String name, double score) {
        long seconds = (long) score;
        return new Timed(name, seconds, Math.round((score - seconds) * LATE_UNITS));
    }

    /// As the engine keeps it.
    double score() {
        return (double) seconds + (double) Math.clamp(late, 0, (long) LATE_UNITS - 2) / LATE_UNITS;
    }

    /// When it was forgotten, in milliseconds.
    long forgotten() {
        return 1000 * (seconds - late);
    }
}
