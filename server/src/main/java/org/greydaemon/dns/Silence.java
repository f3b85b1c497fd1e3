package org.greydaemon.dns;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Whether it makes sense to wait for DNS: when several in a row have waited in vain, one in a few
/// seconds tries, and the others go on without. A host without DNS would else keep each stranger
/// waiting. Safe for use by several threads.
public final class Silence {
    /// How many must have waited in vain.
    static final int WAITED_MIN = 3;

    /// How long it is until the next one tries.
    static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// Waits again and again.
    static final Silence NEVER = new Silence(() -> 0, Integer.MAX_VALUE);

    private final LongSupplier nanos;
    private final int waitedMin;
    private int waited;
    private long since;

    /// @param nanos the monotonic clock, in nanoseconds
    public Silence(LongSupplier nanos) {
        this(nanos, WAITED_MIN);
    }

    /// @param waitedMin how many must have waited in vain
    Silence(LongSupplier nanos, int waitedMin) {
        this.nanos = nanos;
        this.waitedMin = waitedMin;
    }

    /// Whether one more may wait for an answer.
    public synchronized boolean mayAsk() {
        long now = nanos.getAsLong();
        if (waited < waitedMin) {
            return true;
        }
        if (now - since < PAUSE_NANOS) {
            return false;
        }
        since = now;
        return true;
    }

    /// Whether others go on without asking.
    public synchronized boolean lasts() {
        return waited >= waitedMin;
    }

    /// Somebody has waited in vain.
    public synchronized void goesOn() {
        waited++;
        since = nanos.getAsLong();
    }

    /// There was an answer, if only that nobody knows.
    public synchronized void ends() {
        waited = 0;
    }
}
