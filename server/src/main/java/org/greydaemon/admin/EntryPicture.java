package org.greydaemon.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;
import org.greydaemon.server.SteadyClock;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The latest look at all entries, the same one for all dashboards. Nothing is kept up while nobody
/// looks; while somebody does, the walks take a twentieth of a processor at most, and give way to
/// those who answer mail servers. Safe for use by several threads.
///
/// Threads: `survey`, while somebody looks.
final class EntryPicture {
    /// How long a look serves at least, in nanoseconds.
    private static final long FRESH_NANOS = 2_000_000_000L;

    /// How many times as long as it took it serves at least.
    private static final long REST = 19;

    private static final long STOP_SECONDS = 10;

    private static final String NONE = "{}";

    private final Ledger ledger;
    private final SteadyClock clock;
    private final LongSupplier nanos;
    private final BiggestNetworks networks;

    // The thread ends when nobody has looked for a while.
    private final ExecutorService walker;

    @GuardedBy("this")
    private String latest = NONE;

    @GuardedBy("this")
    private boolean walking;

    // Whether what the walk under way finds is from before a change.
    @GuardedBy("this")
    private boolean changed;

    @GuardedBy("this")
    private long walkAgainAt;

    EntryPicture(Ledger ledger, SteadyClock clock, LongSupplier nanos) {
        this.ledger = ledger;
        this.clock = clock;
        this.nanos = nanos;
        networks = new BiggestNetworks(ledger, clock);
        walkAgainAt = nanos.getAsLong();
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.MINUTES,
                        new LinkedBlockingQueue<>(1),
                        Thread.ofPlatform().name("survey").daemon().factory());
        one.allowCoreThreadTimeOut(true);
        walker = one;
    }

    /// The latest look; a new one begins if it is old.
    synchronized String latest() {
        if (!walking && !walker.isShutdown() && nanos.getAsLong() - walkAgainAt >= 0) {
            walking = true;
            changed = false;
            walker.execute(this::walk);
        }
        return latest;
    }

    /// Something was changed: the next look is a new one.
    synchronized void isOld() {
        changed = true;
        walkAgainAt = nanos.getAsLong();
    }

    private void walk() {
        long began = nanos.getAsLong();
        String found = NONE;
        try {
            long now = clock.getAsLong();
            JsonLine line = new JsonLine().put("at", now + clock.wallOffsetSeconds());
            EntrySurvey.addTo(line, ledger, now, clock.wallOffsetSeconds());
            networks.addTo(line);
            found = line.toString();
        } finally {
            put(found, nanos.getAsLong() - began);
        }
    }

    private synchronized void put(String found, long took) {
        latest = found;
        walking = false;
        walkAgainAt = nanos.getAsLong() + (changed ? 0 : restNanos(took));
    }

    /// How long no walk over the entries follows one that took so long, in nanoseconds.
    static long restNanos(long took) {
        return Math.max(FRESH_NANOS, REST * took);
    }

    /// No walk begins any more; waits for one that has begun, since the store may close then.
    /// Idempotent.
    void stop() {
        walker.shutdown();
        try {
            boolean _ = walker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
