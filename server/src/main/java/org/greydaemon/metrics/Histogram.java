package org.greydaemon.metrics;

import java.util.concurrent.atomic.LongAdder;

/// Counts values by size. Safe for use by several threads; observing takes no lock and, unless
/// threads get in each other's way, creates nothing.
public final class Histogram {
    private final Buckets buckets;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    Histogram(Buckets buckets) {
        this.buckets = buckets;
        counts = new LongAdder[buckets.count()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /// Counts a value: nanoseconds, or seconds for delays of mail.
    public void observe(long value) {
        observe(value, 1);
    }

    /// Counts a value that several have had.
    public void observe(long value, int times) {
        counts[buckets.of(value)].add(times);
        sum.add(value * times);
    }

    /// How many values each bucket has counted.
    long[] counts() {
        long[] values = new long[counts.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = counts[i].sum();
        }
        return values;
    }

    /// All values together, in the unit that is shown.
    double sum() {
        return buckets.shown(sum.sum());
    }

    /// All values together, in the unit that is observed.
    long total() {
        return sum.sum();
    }

    /// The sizes by which it counts.
    Buckets buckets() {
        return buckets;
    }
}
