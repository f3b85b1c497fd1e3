package org.greydaemon.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Where the values of this process are. Whoever counts asks for a counter or a histogram, or says
/// from where a value can be read. Safe for use by several threads.
public final class Metrics {
    /// One value, or one histogram, of a metric.
    sealed interface Instrument {
        /// The values of the metric's labels.
        List<String> labels();

        /// A value that is read when somebody asks.
        record Value(List<String> labels, LongSupplier value) implements Instrument {}

        /// A histogram.
        record Sizes(List<String> labels, Histogram histogram) implements Instrument {}
    }

    /// Label values are words of ours, so no format has to escape them.
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9_/]+");

    /// Nor what comes and goes: domains as they are in DNS.
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");

    @GuardedBy("this")
    private final Map<Metric, Supplier<Map<List<String>, Long>>> various =
            new EnumMap<>(Metric.class);

    @GuardedBy("this")
    private final Map<Metric, List<Instrument>> series = new EnumMap<>(Metric.class);

    /// A new counter.
    ///
    /// @param labels the values of the metric's labels, words of ours
    public Counter counter(Metric metric, String... labels) {
        Counter counter = new Counter();
        read(metric, counter::value, labels);
        return counter;
    }

    /// A new histogram.
    ///
    /// @param labels the values of the metric's labels, words of ours
    public Histogram histogram(Metric metric, String... labels) {
        check(metric, metric.kind() == Metric.Type.HISTOGRAM, labels);
        Histogram histogram = new Histogram(metric.buckets());
        add(metric, new Instrument.Sizes(List.of(labels), histogram));
        return histogram;
    }

    /// Says from where a value can be read; by any thread, whenever somebody asks.
    ///
    /// @param labels the values of the metric's labels, words of ours
    public void read(Metric metric, LongSupplier value, String... labels) {
        check(metric, metric.kind() != Metric.Type.HISTOGRAM, labels);
        add(metric, new Instrument.Value(List.of(labels), value));
    }

    /// Says from where values can be read whose labels come and go, each a word or a domain; of
    /// others the value is left out.
    public synchronized void readEach(Metric metric, Supplier<Map<List<String>, Long>> values) {
        various.put(metric, values);
    }

    private static void check(Metric metric, boolean fits, String... labels) {
        if (!fits || labels.length != metric.labels().size()) {
            throw new IllegalArgumentException(
                    metric + " is a " + metric.kind() + " with the labels " + metric.labels());
        }
        for (String label : labels) {
            if (!PLAIN.matcher(label).matches()) {
                throw new IllegalArgumentException(metric + ": '" + label + "' is no plain word");
            }
        }
    }

    private synchronized void add(Metric metric, Instrument added) {
        List<Instrument> all = series.computeIfAbsent(metric, _ -> new ArrayList<>());
        if (all.stream().anyMatch(one -> one.labels().equals(added.labels()))) {
            throw new IllegalArgumentException(metric + " has " + added.labels() + " twice");
        }
        all.add(added);
    }

    /// What there is of a metric; empty if nobody measures it.
    List<Instrument> series(Metric metric) {
        List<Instrument> all = new ArrayList<>();
        Supplier<Map<List<String>, Long>> others;
        synchronized (this) {
            all.addAll(series.getOrDefault(metric, List.of()));
            others = various.getOrDefault(metric, Map::of);
        }
        others.get()
                .forEach((labels, value) -> {
                    if (labels.stream().allMatch(label -> DOMAIN.matcher(label).matches())) {
                        all.add(new Instrument.Value(labels, () -> value));
                    }
                });
        return all;
    }

    /// The values of a metric together, or those of all its histograms in the unit that they were
    /// observed in; 0 if nobody measures it.
    public long sum(Metric metric) {
        return sum(metric, _ -> true);
    }

    /// The values of a metric together that somebody wants.
    ///
    /// @param wanted looks at the values of the labels
    public long sum(Metric metric, Predicate<List<String>> wanted) {
        long sum = 0;
        for (Instrument one : series(metric)) {
            if (wanted.test(one.labels())) {
                sum +=
                        switch (one) {
                            case Instrument.Value(var _, LongSupplier value) -> value.getAsLong();
                            case Instrument.Sizes(var _, Histogram histogram) -> histogram.total();
                        };
            }
        }
        return sum;
    }

    /// How many values of a histogram are in each bucket, those beyond the last of {@link #bounds}
    /// at the end.
    public long[] counts(Metric metric) {
        long[] counts = new long[metric.buckets().count()];
        for (Instrument one : series(metric)) {
            if (one instanceof Instrument.Sizes(var _, Histogram histogram)) {
                long[] its = histogram.counts();
                Arrays.setAll(counts, i -> counts[i] + its[i]);
            }
        }
        return counts;
    }

    /// The largest value of each bucket of a histogram but the last, in the unit that is observed.
    public static List<Long> bounds(Metric metric) {
        return metric.buckets().bounds();
    }

    /// All figures but histograms, by the names of {@link Metric#briefForm}, in the order of the
    /// table.
    public Map<String, Long> figures() {
        return figures((_, _) -> true);
    }

    /// Those of them that are not 0 and say that a bound was reached or that something went wrong.
    public Map<String, Long> troubles() {
        Map<String, Long> troubles = figures(Metric::isTrouble);
        troubles.values().removeIf(value -> value == 0);
        return troubles;
    }

    private Map<String, Long> figures(BiPredicate<Metric, List<String>> wanted) {
        Map<String, Long> figures = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            for (Instrument one : series(metric)) {
                if (one instanceof Instrument.Value(List<String> labels, LongSupplier value)
                        && wanted.test(metric, labels)) {
                    figures.merge(metric.brief(labels), value.getAsLong(), Long::sum);
                }
            }
        }
        return figures;
    }
}
