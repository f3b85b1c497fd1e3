package org.greydaemon.history;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.metrics.Metrics;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;

/// The figures and the marks that are known, and which of them the file does not have yet. Safe for
/// use by several threads; nobody waits in it for the disk.
final class HistoryMemory {
    private final Metrics metrics;

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

    // Whether all of the file has to be written.
    @GuardedBy("this")
    private boolean isStale;

    /// @param metrics from where the figures are read
    HistoryMemory(Metrics metrics) {
        this.metrics = metrics;
        before = Columns.read(metrics);
    }

    /// Takes what the file holds; what is known already is later.
    synchronized void take(HistoryFile.Contents contents) {
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

    /// Adds what has been counted since the last look to the cells that are open.
    synchronized void count(long now) {
        long[] counted = Columns.read(metrics);
        unwritten.addAll(rings.count(now, counted, before));
        before = counted;
    }

    /// Notes what explains the figures from now on; the oldest mark goes if there are too many.
    synchronized void mark(Mark mark) {
        marks.addLast(mark);
        markNumber++;
        if (marks.size() > HistoryFile.MARKS) {
            marks.removeFirst();
        }
    }

    /// Nobody knows any more what the file holds.
    synchronized void mustWriteAll() {
        isStale = true;
    }

    /// What the file lacks; null if that is all of it.
    synchronized @Nullable List<HistoryFile.Piece> takeChanged() {
        if (isStale) {
            return null;
        }
        List<HistoryFile.Piece> pieces = new ArrayList<>();
        unwritten.forEach(number -> add(number, pieces));
        addMarks(Math.max(markUnwritten, markNumber - marks.size()), pieces);
        taken();
        return pieces;
    }

    /// What a file that is written anew holds.
    synchronized List<HistoryFile.Piece> takeAll() {
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

    /// A series over a period, a value for each step; null where nothing is known.
    synchronized List<@Nullable Long> values(Series series, Period period, long now) {
        List<@Nullable Long> values = new ArrayList<>();
        for (int i = 0; i < period.steps(); i++) {
            long[] row = rings.over(period, i, now);
            values.add(row == null ? null : (Long) row[Columns.of(series)]);
        }
        return values;
    }

    /// A period as a whole.
    synchronized History.Total total(Period period, long now) {
        long[] sum = new long[Columns.COUNT];
        long since = History.NOTHING;
        for (int i = period.steps() - 1; i >= 0; i--) {
            long[] row = rings.over(period, i, now);
            if (row != null) {
                Columns.addOlder(sum, row, since == History.NOTHING);
                since = period.from(now) + (long) i * period.stepSeconds();
            }
        }
        return new History.Total(
                since, listed(sum), listed(Columns.waits(sum)), sum[Columns.COUNT - 1]);
    }

    private static List<Long> listed(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /// What explains the figures from a time on, the oldest first.
    synchronized List<Mark> marks(long from) {
        return marks.stream().filter(mark -> mark.time() >= from).toList();
    }
}
