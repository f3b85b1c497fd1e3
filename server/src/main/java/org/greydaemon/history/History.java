package org.greydaemon.history;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.json.JsonLine;
import org.greydaemon.metrics.Metrics;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The figures over time: minutes for two days, hours for two months, days for three years, and
/// what explains them. Safe for use by several threads.
///
/// What was counted is in memory within a second and in the file within a minute. Only the thread
/// `history` waits for the disk.
public final class History implements AutoCloseable {
    /// Hears what the operator should know. Called by `history`.
    public interface Observer {
        /// The file was damaged; mail is not concerned.
        ///
        /// @param what is wrong with it, a sentence without a subject
        void damaged(Path file, String what);

        /// The file cannot be read or written; the history goes on in memory.
        ///
        /// @param isFirst whether it could be the last time
        void failed(Path file, IOException cause, boolean isFirst);

        /// The file can be read and written again.
        void works(Path file);
    }

    /// No time: nothing is known.
    public static final long NOTHING = Long.MAX_VALUE;

    /// How long the last write may take when the daemon stops.
    private static final long STOP_SECONDS = 10;

    /// How long whoever looks waits until the file is read: a large one takes much less, a disk
    /// that hangs as long as it likes.
    private static final long READ_MILLIS = 2_000;

    private final Path path;
    private final LongSupplier wall;
    private final Observer listener;
    private final HistoryMemory memory;
    private final HistoryFile file;
    private final ExecutorService writer;

    @GuardedBy("this")
    private long minute;

    @GuardedBy("this")
    private boolean hasBegun;

    // Set before anybody asks.
    private volatile Supplier<List<JsonLine>> providers = List::of;

    // Confined to `history`.
    private boolean isFailing;

    // Whether nobody knows what the file holds: it is not written before it could be read, else
    // what it holds would be gone. Confined as the other one.
    private boolean isUnread = true;

    private final FirstReading reading;

    // Whether a write waits for its turn: while the disk hangs, one will do.
    private final AtomicBoolean isWaiting = new AtomicBoolean();

    /// @param writer the thread `history`
    /// @param readMillis how long whoever looks waits until the file is read
    History(
            Path path,
            Metrics metrics,
            LongSupplier wall,
            Observer listener,
            ExecutorService writer,
            long readMillis) {
        this.path = path;
        this.wall = wall;
        this.listener = listener;
        this.writer = writer;
        reading = new FirstReading(readMillis);
        memory = new HistoryMemory(metrics);
        file = new HistoryFile(path, Rings.ROWS);
        minute = Rings.minute(wall.getAsLong());
    }

    /// Opens it, and waits for nothing: whoever looks at it does, for two seconds. Whatever is
    /// wrong with the file, there is a history; it may begin anew.
    ///
    /// @param metrics from where the figures are read
    /// @param wall the time of the wall clock, in seconds since 1970
    public static History open(Path path, Metrics metrics, LongSupplier wall, Observer listener) {
        History history = closed(path, metrics, wall, listener);
        history.begin();
        return history;
    }

    /// One whose file another process may still have: it does not touch it before {@link #begin},
    /// and until then nobody may look at it.
    public static History closed(Path path, Metrics metrics, LongSupplier wall, Observer listener) {
        return new History(
                path,
                metrics,
                wall,
                listener,
                Executors.newSingleThreadExecutor(Thread.ofPlatform().name("history").factory()),
                READ_MILLIS);
    }

    /// The file is this process's.
    public synchronized void begin() {
        hasBegun = true;
        writer.execute(this::load);
    }

    private void load() {
        try {
            read();
        } catch (IOException e) {
            isFailing = true;
            listener.failed(path, e, true);
        } finally {
            reading.isOver();
        }
    }

    private void read() throws IOException {
        HistoryFile.Contents contents = file.read();
        isUnread = false;
        contents.damage().ifPresent(what -> listener.damaged(path, what));
        memory.take(contents);
    }

    /// Looks at the figures; to be called about once a second. Waits for nothing.
    public synchronized void everySecond() {
        long now = wall.getAsLong();
        memory.count(now);
        if (Rings.minute(now) != minute) {
            minute = Rings.minute(now);
            writeSoon();
        }
    }

    /// Notes what explains the figures from now on. Waits for nothing.
    public synchronized void mark(Mark.Occasion kind, String text) {
        memory.mark(new Mark(wall.getAsLong(), kind, HistoryFile.cut(text)));
        writeSoon();
    }

    private void writeSoon() {
        if (isWaiting.compareAndSet(false, true)) {
            writer.execute(() -> {
                isWaiting.set(false); // What comes from now on needs another one.
                write();
            });
        }
    }

    private void write() {
        try {
            if (isUnread) {
                read();
            }
            List<HistoryFile.Piece> changed = memory.takeChanged();
            if (changed == null || !file.write(changed)) {
                file.writeWhole(memory.takeAll());
            }
            if (isFailing) {
                isFailing = false;
                listener.works(path);
            }
        } catch (IOException e) {
            memory.mustWriteAll();
            listener.failed(path, e, !isFailing);
            isFailing = true;
        }
    }

    /// A series over a period, a value for each step; null where nothing is known.
    public List<@Nullable Long> values(Series series, Period period, long now) {
        reading.await();
        return memory.values(series, period, now);
    }

    /// How much of a period is known, and what it comes to.
    ///
    /// @param since when the first known step begins, in seconds since 1970; {@link #NOTHING} if
    ///   nothing is known
    /// @param values all series, by number; of a gauge the last value
    /// @param waits how many mails that passed had waited, by {@link #bounds} and longer
    /// @param waitedSeconds what they had waited together
    public record Total(long since, List<Long> values, List<Long> waits, long waitedSeconds) {
        /// A series.
        public long of(Series series) {
            return values.get(Columns.of(series));
        }
    }

    /// The longest wait of each count but the last, in seconds.
    public static List<Long> bounds() {
        return Columns.BOUNDS;
    }

    /// A period as a whole.
    ///
    /// @param now in seconds since 1970
    public Total total(Period period, long now) {
        reading.await();
        return memory.total(period, now);
    }

    /// What explains the figures from a time on, the oldest first.
    ///
    /// @param from in seconds since 1970
    public List<Mark> marks(long from) {
        reading.await();
        return memory.marks(from);
    }

    /// Where to hear how long the mail of providers has waited since the start of the process, an
    /// object each.
    public void tellProviders(Supplier<List<JsonLine>> now) {
        providers = now;
    }

    /// A period: `span`, `step` (seconds), `from` (since 1970), `series` (a list of values each,
    /// `null` where nothing is known), `marks`, `waits` (how long good mail has waited).
    ///
    /// @param now in seconds since 1970
    public JsonLine json(Period period, long now) {
        return json(period, now, List.of(Series.values()));
    }

    /// {@link #json(Period, long)} with some series only.
    public JsonLine json(Period period, long now, List<Series> wanted) {
        return HistoryJson.of(this, providers.get(), period, now, wanted);
    }

    /// Returns when all that was to be written by now is.
    void flush() {
        CompletableFuture.runAsync(() -> {}, writer).join();
    }

    /// {@link #stop}.
    @Override
    public void close() {
        stop();
    }

    /// Writes what the file lacks and ends. Idempotent.
    public void stop() {
        synchronized (this) {
            if (writer.isShutdown()) {
                return;
            }
            if (hasBegun) {
                memory.count(wall.getAsLong());
                writer.execute(this::write);
            }
            writer.shutdown();
        }
        try {
            boolean _ = writer.awaitTermination(STOP_SECONDS, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
