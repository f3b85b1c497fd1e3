package org.greydaemon.store.memory;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/// Saves the store in the background: at every interval even without traffic, when asked to, when
/// the journal has grown large, and again and again while a file is in trouble.
///
/// Threads: `save` saves; `journal` forces the journal to the disk once a second. They are apart so
/// that a long save does not hold up the journal. Both end in {@link #stop}.
public final class Saver implements AutoCloseable {
    /// How long it waits before it tries again after trouble, in looks of one second.
    private static final int RETRY_LOOKS = 10;

    /// How long a save may take to end when the daemon stops.
    private static final long STOP_SECONDS = 300;

    private final long stopSeconds;

    private final MemoryStore store;
    private final LongSupplier now;
    private final Thread.UncaughtExceptionHandler onBug;
    private final ScheduledExecutorService saving;
    private final ScheduledExecutorService syncing;

    // Set by whoever asks, reset by `save`: many requests at once are one save.
    private final AtomicBoolean requested = new AtomicBoolean();

    // The saves at the interval, which a reload may change.
    @GuardedBy("this")
    private Optional<ScheduledFuture<?>> regular = Optional.empty();

    // What forces the journal to the disk, each second; missing while nothing is to be forced.
    @GuardedBy("this")
    private Optional<ScheduledFuture<?>> forcing = Optional.empty();

    private boolean forcesEachSecond; // Set at the start.

    // Confined to `save`.
    private int looksBeforeRetry;

    // Whether stop() has waited in vain; confined to who stops.
    private boolean isHanging;

    private volatile Runnable afterSave = () -> {};

    /// @param now the time in seconds
    /// @param onBug hears what no operator can mend
    public Saver(MemoryStore store, LongSupplier now, Thread.UncaughtExceptionHandler onBug) {
        this(store, now, onBug, STOP_SECONDS);
    }

    /// @param stopSeconds how long {@link #stop} waits
    Saver(
            MemoryStore store,
            LongSupplier now,
            Thread.UncaughtExceptionHandler onBug,
            long stopSeconds) {
        this(store, now, onBug, stopSeconds, executor("save"), executor("journal"));
    }

    /// @param saving runs the saves, one at a time
    /// @param syncing forces the journal to the disk
    Saver(
            MemoryStore store,
            LongSupplier now,
            Thread.UncaughtExceptionHandler onBug,
            long stopSeconds,
            ScheduledExecutorService saving,
            ScheduledExecutorService syncing) {
        this.stopSeconds = stopSeconds;
        this.store = store;
        this.now = now;
        this.onBug = onBug;
        this.saving = saving;
        this.syncing = syncing;
    }

    private static ScheduledExecutorService executor(String name) {
        return Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name(name).factory());
    }

    /// Starts both threads. They have the priority of those that answer: a thread that gives way to
    /// others may be left waiting with a shard's lock in hand, and the answers with it.
    public void start(long intervalSeconds, Fsync fsync) {
        interval(intervalSeconds);
        var _ = repeat(saving, 1, this::look);
        forcesEachSecond = fsync == Fsync.EVERYSEC;
        force();
    }

    /// Forces the journal to the disk each second, unless it is done already or not wanted at all.
    public synchronized void force() {
        if (forcesEachSecond && forcing.isEmpty() && !syncing.isShutdown()) {
            forcing = Optional.of(repeat(syncing, 1, store::synchronise));
        }
    }

    /// Has nothing forced to the disk until {@link #force}: who leaves a file, as the journal is
    /// left to a successor, waits until the disk has taken what is being forced.
    ///
    /// @param millis how long that may take
    /// @return whether nothing is being forced any more; if not, it goes on as before
    public synchronized boolean rest(long millis) {
        forcing.ifPresent(forces -> forces.cancel(false));
        forcing = Optional.empty();
        try {
            Object _ = syncing.submit(() -> {}).get(millis, MILLISECONDS); // Behind what it does.
            return true;
        } catch (RejectedExecutionException e) {
            return true; // It has been stopped meanwhile.
        } catch (TimeoutException e) {
            force();
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            force();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Who writes what lies beside the save file, after each save that is tried, on the thread that
    /// saves.
    public void afterSave(Runnable writes) {
        afterSave = writes;
    }

    /// Changes the time between saves; it begins now.
    ///
    /// @param seconds from 1 on
    public synchronized void interval(long seconds) {
        regular.ifPresent(saves -> saves.cancel(false));
        regular = Optional.of(repeat(saving, seconds, this::save));
    }

    private ScheduledFuture<?> repeat(
            ScheduledExecutorService executor, long seconds, Runnable task) {
        return executor.scheduleWithFixedDelay(guarded(task), seconds, seconds, SECONDS);
    }

    /// An executor keeps what a task throws to itself; a bug must be seen.
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error bug) {
                onBug.uncaughtException(Thread.currentThread(), bug);
                throw bug;
            }
        };
    }

    /// Asks for a save soon. Never waits.
    public void request() {
        if (requested.compareAndSet(false, true)) {
            saving.execute(guarded(this::save));
        }
    }

    private void save() {
        requested.set(false);
        looksBeforeRetry = store.save(now.getAsLong()) ? 0 : RETRY_LOOKS;
        afterSave.run();
    }

    private void look() {
        store.closeHoles();
        if (store.wantsSave() && looksBeforeRetry-- <= 0) {
            save();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /// Waits for a save that is under way, unless it hangs, and ends the threads. Idempotent.
    ///
    /// @return whether none is under way any more
    @CanIgnoreReturnValue
    public boolean stop() {
        saving.shutdown();
        syncing.shutdown();
        try {
            // No interrupt: it would close the file that is being written.
            boolean ended = saving.awaitTermination(isHanging ? 0 : stopSeconds, SECONDS);
            isHanging = !ended;
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
