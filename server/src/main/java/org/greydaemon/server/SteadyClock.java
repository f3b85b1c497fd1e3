package org.greydaemon.server;

import java.util.concurrent.atomic.AtomicLong;
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

    /// When this version was written, 2026-11-01: no clock is right that says an earlier time.
    public static final long RELEASED = 1_793_491_200;

    private final LongSupplier wallMillis;
    private final LongSupplier nanos;
    private final long earliestMillis;

    // Written before other threads ask.
    private final AtomicLong startMillis;
    private final long startNanos;

    // Written by whoever calls look(), one thread; read by all. Either value is a good one.
    private volatile long wallOffsetSeconds;

    /// @param wallMillis the wall clock, in milliseconds since 1970
    /// @param nanos the monotonic clock, in nanoseconds since any time
    public SteadyClock(LongSupplier wallMillis, LongSupplier nanos) {
        this(wallMillis, nanos, Long.MIN_VALUE / 1000);
    }

    /// @param wallMillis the wall clock, in milliseconds since 1970
    /// @param nanos the monotonic clock, in nanoseconds since any time
    /// @param earliest no earlier time of the wall clock is believed, in seconds
    public SteadyClock(LongSupplier wallMillis, LongSupplier nanos, long earliest) {
        this.wallMillis = wallMillis;
        this.nanos = nanos;
        earliestMillis = earliest * 1000;
        startMillis = new AtomicLong(Math.max(wallMillis.getAsLong(), earliestMillis));
        startNanos = nanos.getAsLong();
    }

    /// Whether the wall clock says a time that cannot be: a machine without a battery wakes up in
    /// 1970, until NTP sets its clock.
    public boolean isWallImpossible() {
        return wallMillis.getAsLong() < earliestMillis;
    }

    /// Goes on from a time that is known to have been, while the wall clock is impossible. To be
    /// called before anybody else asks for the time.
    ///
    /// @param seconds an earlier time than now changes nothing
    public void goOnFrom(long seconds) {
        startMillis.addAndGet(Math.max(0, seconds * 1000 - millis()));
    }

    /// The time in seconds; never less than it was.
    @Override
    public long getAsLong() {
        return Math.floorDiv(millis(), 1000);
    }

    private long millis() {
        return startMillis.get() + (nanos.getAsLong() - startNanos) / 1_000_000;
    }

    /// What to add to get the wall clock's time, in seconds.
    public long wallOffsetSeconds() {
        return wallOffsetSeconds;
    }

    /// The wall clock's time in seconds, as far as it is followed.
    public long wall() {
        return getAsLong() + wallOffsetSeconds;
    }

    /// Compares with the wall clock. To be called about once a second by one thread. An impossible
    /// time is not followed, else it would stand in the files.
    ///
    /// @return by how many seconds the wall clock was set since the last look; 0 if it was not
    public long look() {
        if (isWallImpossible()) {
            return 0;
        }
        long difference = wallMillis.getAsLong() - millis();
        if (Math.abs(difference - wallOffsetSeconds * 1000) <= STEP_MILLIS) {
            return 0;
        }
        long before = wallOffsetSeconds;
        wallOffsetSeconds = Math.round(difference / 1000.0);
        return wallOffsetSeconds - before;
    }
}
