package org.greydaemon.server;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/// Does each second what is promised to the second, in a thread of its own, `housekeeping`, that
/// waits for no disk. Started and stopped by one thread.
public final class Housekeeping implements AutoCloseable {
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("housekeeping").factory());
    private final Thread.UncaughtExceptionHandler onBug;

    /// @param onBug hears what no operator can mend
    public Housekeeping(Thread.UncaughtExceptionHandler onBug) {
        this.onBug = onBug;
    }

    /// Begins.
    ///
    /// @param duties what is to be done each second, in this order; none may wait
    public void start(List<Runnable> duties) {
        var _ = executor.scheduleAtFixedRate(() -> round(duties), 1, 1, SECONDS);
    }

    /// An executor keeps what a task throws to itself; a bug must be seen.
    private void round(List<Runnable> duties) {
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
