package org.greydaemon.history;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.json.JsonLine;
import org.greydaemon.metrics.Metrics;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private final Metrics metrics;
    private final LongSupplier wall;
    private final Observer listener;
    private final HistoryFile file;
    private final ExecutorService writer;
    private final long readMillis;

    @GuardedBy("this")
    private final Rings rings = new Rings();

    // The rows that the file does not have yet, by number.
    @GuardedBy("this")
    private final TreeSet<Integer> unwritten = new TreeSet<>();

    // The oldest one is the first one.
    @GuardedBy("this")
    private final Deque<Mark> marks = new ArrayDeque<>();

    // The number of the next mark, and of the first one that the file does not have yet.
    @GuardedBy("this")
    private long markNumber;

    @GuardedBy("this")
    private long markUnwritten;

    @GuardedBy("this")
    private long[] before;

    @GuardedBy("this")
    private long minute;

    // Whether all of the file has to be written.
    @GuardedBy("this")
    private boolean isStale;

    @GuardedBy("this")
    private boolean hasBegun;

    // Set before anybody asks.
    private volatile Supplier<List<JsonLine>> providers = List::of;

    // Confined to `history`.
    private boolean isFailing;

    // Whether nobody knows what the file holds: it is not written before it could be read, else
    // what it holds would be gone. Confined as the other one.
    private boolean isUnread = true;

    // Done when it was tried to read the file, or somebody has waited long enough for that.
    private final CompletableFuture<Void> tried = new CompletableFuture<>();

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
        this.metrics = metrics;
        this.wall = wall;
        this.listener = listener;
        this.writer = writer;
        this.readMillis = readMillis;
        file = new HistoryFile(path, Rings.ROWS);
        before = Columns.read(metrics);
        minute = Rings.minute(wall.getAsLong());
    }

    /// Opens it, and waits for nothing: whoever looks at it does, for two seconds; what is read
    /// later joins what is known. Whatever is wrong with the file, there is a history; it may begin
    /// anew.
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
            tried.complete(null);
        }
    }

    private void read() throws IOException {
        HistoryFile.Contents contents = file.read();
        isUnread = false;
        contents.damage().ifPresent(what -> listener.damaged(path, what));
        take(contents);
    }

    /// Takes what the file holds; what is known already is later.
    private synchronized void take(HistoryFile.Contents contents) {
        isStale = !contents.isWhole();
        rings.take(contents.rows());
        List<Mark> later = List.copyOf(marks);
        marks.clear();
        marks.addAll(contents.marks());
        marks.addAll(later);
        markUnwritten = contents.nextMark();
        markNumber = markUnwritten + later.size();
        while (marks.size() > HistoryFile.MARKS) {
            marks.removeFirst();
        }
    }

    /// Looks at the figures; to be called about once a second. Waits for nothing.
    public synchronized void everySecond() {
        long now = wall.getAsLong();
        count(now);
        if (Rings.minute(now) != minute) {
            minute = Rings.minute(now);
            writeSoon();
        }
    }

    /// Adds what has been counted since the last look to the cells that are open.
    @GuardedBy("this")
    private void count(long now) {
        long[] counted = Columns.read(metrics);
        unwritten.addAll(rings.count(now, counted, before));
        before = counted;
    }

    /// Notes what explains the figures from now on. Waits for nothing.
    public synchronized void mark(Mark.Occasion kind, String text) {
        // A difference of long lists is as long as they are.
        marks.addLast(new Mark(wall.getAsLong(), kind, HistoryFile.cut(text)));
        markNumber++;
        if (marks.size() > HistoryFile.MARKS) {
            marks.removeFirst();
        }
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
            List<HistoryFile.Piece> changed = takeChanged();
            if (changed == null || !file.write(changed)) {
                file.writeWhole(takeAll());
            }
            if (isFailing) {
                isFailing = false;
                listener.works(path);
            }
        } catch (IOException e) {
            mustWriteAll();
            listener.failed(path, e, !isFailing);
            isFailing = true;
        }
    }

    private synchronized void mustWriteAll() {
        isStale = true;
    }

    /// What the file lacks; null if that is all of it.
    private synchronized @Nullable List<HistoryFile.Piece> takeChanged() {
        if (isStale) {
            return null;
        }
        List<HistoryFile.Piece> pieces = new ArrayList<>();
        unwritten.forEach(number -> add(number, pieces));
        addMarks(Math.max(markUnwritten, markNumber - marks.size()), pieces);
        taken();
        return pieces;
    }

    private synchronized List<HistoryFile.Piece> takeAll() {
        List<HistoryFile.Piece> pieces = new ArrayList<>();
        for (int number = 0; number < Rings.ROWS; number++) {
            add(number, pieces);
        }
        addMarks(markNumber - marks.size(), pieces);
        taken();
        return pieces;
    }

    @GuardedBy("this")
    private void taken() {
        unwritten.clear();
        markUnwritten = markNumber;
        isStale = false;
    }

    @GuardedBy("this")
    private void add(int number, List<HistoryFile.Piece> pieces) {
        Ring.Cell row = rings.row(number);
        if (row != null) {
            pieces.add(HistoryFile.piece(number, row));
        }
    }

    @GuardedBy("this")
    private void addMarks(long first, List<HistoryFile.Piece> pieces) {
        long number = markNumber - marks.size();
        for (Mark mark : marks) {
            if (number >= first) {
                pieces.add(HistoryFile.piece(number, mark));
            }
            number++;
        }
    }

    /// Returns when the file was read, or could not be; or when that takes too long, and nobody
    /// waits for it any more: then what is known is what has been counted since the start.
    private void awaitRead() {
        try {
            tried.get(readMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            tried.complete(null);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // Nobody completes it so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A series over a period, a value for each step; null where nothing is known.
    public List<@Nullable Long> values(Series series, Period period, long now) {
        awaitRead();
        List<@Nullable Long> values = new ArrayList<>();
        synchronized (this) {
            for (int i = 0; i < period.steps(); i++) {
                long[] row = rings.over(period, i, now);
                values.add(row == null ? null : (Long) row[Columns.of(series)]);
            }
        }
        return values;
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
        awaitRead();
        return known(period, now);
    }

    private synchronized Total known(Period period, long now) {
        long[] sum = new long[Columns.COUNT];
        long since = NOTHING;
        for (int i = period.steps() - 1; i >= 0; i--) {
            long[] row = rings.over(period, i, now);
            if (row != null) {
                Columns.addOlder(sum, row, since == NOTHING);
                since = period.from(now) + (long) i * period.stepSeconds();
            }
        }
        return new Total(since, listed(sum), listed(Columns.waits(sum)), sum[Columns.COUNT - 1]);
    }

    private static List<Long> listed(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /// What explains the figures from a time on, the oldest first.
    ///
    /// @param from in seconds since 1970
    public List<Mark> marks(long from) {
        awaitRead();
        synchronized (this) {
            return marks.stream().filter(mark -> mark.time() >= from).toList();
        }
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
                count(wall.getAsLong());
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
