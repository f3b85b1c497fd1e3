package org.greydaemon.server;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/// Does each second what is promised to the second, in a thread of its own, `housekeeping`, that
/// waits for no disk. Started and stopped by one thread.
public final class Housekeeping implements AutoCloseable {
    /// A round that comes sooner behind another one is one that was missed.
    private static final long LEAST_NANOS = 500_000_000;

    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("housekeeping").factory());
    private final Thread.UncaughtExceptionHandler onBug;
    private final LongSupplier nanoTime;

    // Confined to the thread.
    private long lastNanos;

    /// @param onBug hears what no operator can mend
    public Housekeeping(Thread.UncaughtExceptionHandler onBug) {
        this(onBug, System::nanoTime);
    }

    /// @param nanoTime a clock that only moves forward
    Housekeeping(Thread.UncaughtExceptionHandler onBug, LongSupplier nanoTime) {
        this.onBug = onBug;
        this.nanoTime = nanoTime;
        lastNanos = nanoTime.getAsLong();
    }

    /// Begins.
    ///
    /// @param duties what is to be done each second, in this order; none may wait
    public void start(List<Runnable> duties) {
        var _ = executor.scheduleAtFixedRate(() -> round(duties), 1, 1, SECONDS);
    }

    /// An executor keeps what a task throws to itself; a bug must be seen. And it makes up for the
    /// rounds that it has missed while the process was stopped, all at once: who counts seconds by
    /// rounds would take a moment for minutes.
    void round(List<Runnable> duties) {
        long now = nanoTime.getAsLong();
        if (now - lastNanos < LEAST_NANOS) {
            return;
        }
        lastNanos = now;
        try {
            duties.forEach(Runnable::run);
        } catch (RuntimeException | Error bug) {
            onBug.uncaughtException(Thread.currentThread(), bug);
            throw bug;
        }
    }

    /// Ends after the round it is in. Idempotent.
    public void stop() {
        executor.close();
    }

    /// {@link #stop}.
    @Override
    public void close() {
        stop();
    }
}
