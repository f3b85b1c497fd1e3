package org.greydaemon.history;

import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What a row of the history holds: each {@link Series}, then how long the mail that passed had
/// waited, counted by {@link #BOUNDS}, then those waits together. Stateless.
final class Columns {
    /// The most that a row has room for; a later version may use those that are free.
    static final int MAX = 40;

    /// The longest wait of each count but the last, in seconds.
    static final List<Long> BOUNDS = Metrics.bounds(Metric.DELAY_SECONDS);

    private static final Series[] ALL = Series.values();
    private static final int SERIES = ALL.length;
    private static final Map<Series, Integer> PLACES = new EnumMap<>(Series.class);

    static {
        for (int i = 0; i < SERIES; i++) {
            PLACES.put(ALL[i], i);
        }
    }

    /// How many there are.
    static final int COUNT = SERIES + BOUNDS.size() + 2;

    /// The names, as the file has them.
    static final List<String> NAMES = names();

    private Columns() {}

    /// The column of a series.
    static int of(Series series) {
        return Objects.requireNonNull(PLACES.get(series));
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        Arrays.stream(ALL).map(Series::word).forEach(names::add);
        BOUNDS.forEach(bound -> names.add("waited_" + bound));
        names.add("waited_longer");
        names.add("waited_seconds");
        return List.copyOf(names);
    }

    /// Whether a column's last value counts, and not the sum.
    static boolean isGauge(int column) {
        return column < SERIES && ALL[column].isGauge();
    }

    /// All values now.
    static long[] read(Metrics metrics) {
        long[] values = new long[COUNT];
        for (int i = 0; i < SERIES; i++) {
            values[i] = ALL[i].read(metrics);
        }
        long[] counts = metrics.counts(Metric.DELAY_SECONDS);
        System.arraycopy(counts, 0, values, SERIES, counts.length);
        values[COUNT - 1] = metrics.sum(Metric.DELAY_SECONDS);
        return values;
    }

    /// The counts of waits in a row.
    static long[] waits(long[] row) {
        return Arrays.copyOfRange(row, SERIES, COUNT - 1);
    }

    /// Adds to a row what has been counted since: sums grow, gauges are replaced.
    static void add(long[] row, long[] now, long[] before) {
        for (int i = 0; i < row.length; i++) {
            row[i] = isGauge(i) ? now[i] : row[i] + now[i] - before[i];
        }
    }

    /// Adds an older row to newer ones: sums grow, gauges stay.
    ///
    /// @param isFirst whether there is no newer one
    static void addOlder(long[] row, long[] older, boolean isFirst) {
        for (int i = 0; i < row.length; i++) {
            row[i] += isFirst || !isGauge(i) ? older[i] : 0;
        }
    }
}
