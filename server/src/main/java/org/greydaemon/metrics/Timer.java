package org.greydaemon.metrics;

import java.util.function.LongSupplier;

/// Measures how long something takes. Safe for use by several threads.
public final class Timer {
    private final Histogram histogram;
    private final LongSupplier nanos;

    /// @param histogram what counts the times
    /// @param nanos the monotonic clock, in nanoseconds
    public Timer(Histogram histogram, LongSupplier nanos) {
        this.histogram = histogram;
        this.nanos = nanos;
    }

    /// The begin of something, to be handed to {@link #stop}.
    public long start() {
        return nanos.getAsLong();
    }

    /// Counts what has begun then and ends now.
    public void stop(long started) {
        stop(started, 1);
    }

    /// Counts several that have begun then and end now.
    public void stop(long started, int times) {
        histogram.observe(nanos.getAsLong() - started, times);
    }
}
