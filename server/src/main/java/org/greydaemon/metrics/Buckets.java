package org.greydaemon.metrics;

import java.util.Arrays;
import java.util.List;

/// By which sizes a histogram counts. Immutable.
enum Buckets {
    /// No histogram.
    NONE(1),
    /// Answers: microseconds when all is in memory, a tenth of a second when a disk is forced.
    ANSWER(
            Buckets.NANOS,
            10_000,
            25_000,
            50_000,
            100_000,
            250_000,
            500_000,
            1_000_000,
            2_500_000,
            5_000_000,
            25_000_000,
            100_000_000,
            1_000_000_000),
    /// One call to the system for a file.
    FILE(
            Buckets.NANOS,
            10_000,
            100_000,
            1_000_000,
            5_000_000,
            25_000_000,
            100_000_000,
            500_000_000,
            1_000_000_000,
            5_000_000_000L),
    /// All entries: milliseconds for a few, seconds for millions.
    SAVE(
            Buckets.NANOS,
            10_000_000,
            100_000_000,
            500_000_000,
            1_000_000_000,
            5_000_000_000L,
            10_000_000_000L,
            30_000_000_000L,
            60_000_000_000L),
    /// From host to host.
    LAG(1_000, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000, 600_000),
    /// Mail: the usual shortest waits, and how long senders are known to take.
    DELAY(
            1, 60, 300, 360, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 14_400, 28_800,
            43_200, 86_400);

    /// Values in nanoseconds.
    private static final long NANOS = 1_000_000_000;

    private final long perSecond;

    @SuppressWarnings("ImmutableEnumChecker") // Nobody writes it.
    private final long[] bounds;

    /// @param perSecond how many of the values' units make one of the unit that is shown
    /// @param bounds the largest value of each bucket but the last, rising
    Buckets(long perSecond, long... bounds) {
        this.perSecond = perSecond;
        this.bounds = bounds;
    }

    /// How many buckets there are, the one without a bound among them.
    int count() {
        return bounds.length + 1;
    }

    /// The largest value of each bucket but the last.
    List<Long> bounds() {
        return Arrays.stream(bounds).boxed().toList();
    }

    /// The bucket of a value.
    int of(long value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        return bucket;
    }

    /// The largest value of a bucket in the unit that is shown.
    double bound(int bucket) {
        return bucket < bounds.length ? shown(bounds[bucket]) : Double.POSITIVE_INFINITY;
    }

    /// A value in the unit that is shown.
    double shown(long value) {
        return (double) value / perSecond;
    }
}
