package org.greydaemon.server;

import java.util.function.LongSupplier;

/// The time by which waiting is measured: the wall clock's at the start, and from then on it only
/// moves forward, as fast as the system's monotonic clock. Safe for use by several threads.
///
/// When somebody sets the wall clock, entries keep their ages: nobody gets in early because the
/// clock jumped forward, and no proven client is lost. Files hold wall clock time, so what is
/// written has {@link #wallOffsetSeconds} added, which {@link #look} follows (docs/adr/0005).
public final class SteadyClock implements LongSupplier {
    /// A difference up to this is not a step: the monotonic clock and the wall clock are both
    /// disciplined, but read one after the other.
    private static final long STEP_MILLIS = 2_000;

    private final LongSupplier wallMillis;
    private final LongSupplier nanos;
    private final long startMillis;
    private final long startNanos;

    // Written by whoever calls look(), one thread; read by all. Either value is a good one.
    private volatile long wallOffsetSeconds;

    /// @param wallMillis the wall clock, in milliseconds since 1970
    /// @param nanos the monotonic clock, in nanoseconds since any time
    public SteadyClock(LongSupplier wallMillis, LongSupplier nanos) {
        this.wallMillis = wallMillis;
        this.nanos = nanos;
        startMillis = wallMillis.getAsLong();
        startNanos = nanos.getAsLong();
    }

    /// The time in seconds; never less than it was.
    @Override
    public long getAsLong() {
        return Math.floorDiv(millis(), 1000);
    }

    private long millis() {
        return startMillis + (nanos.getAsLong() - startNanos) / 1_000_000;
    }

    /// What to add to get the wall clock's time, in seconds.
    public long wallOffsetSeconds() {
        return wallOffsetSeconds;
    }

    /// Compares with the wall clock. To be called about once a second by one thread.
    ///
    /// @return by how many seconds the wall clock was set since the last look; 0 if it was not
    public long look() {
        long difference = wallMillis.getAsLong() - millis();
        if (Math.abs(difference - wallOffsetSeconds * 1000) <= STEP_MILLIS) {
            return 0;
        }
        long before = wallOffsetSeconds;
        wallOffsetSeconds = Math.round(difference / 1000.0);
        return wallOffsetSeconds - before;
    }
}
