package org.greydaemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// The text is what Prometheus's own library for Java makes of the same figures.
final class ExpositionTest {
    private static final long SEED = Long.getLong("seed", 20_261_123);

    private final Metrics metrics = new Metrics();
    private final Random random = new Random(SEED);

    private static String[] labels(Metric metric, String last) {
        String[] labels = new String[metric.labels().size()];
        Arrays.fill(labels, "udp");
        if (labels.length > 0) {
            labels[labels.length - 1] = last;
        }
        return labels;
    }

    /// Each metric with one or two label values and figures of all sizes; returns the library's
    /// view of them.
    private List<MetricSnapshot> fill() {
        List<MetricSnapshot> snapshots = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            List<String[]> series = new ArrayList<>();
            if (!metric.labels().isEmpty()) {
                series.add(labels(metric, "/v1/check")); // In the library's order.
            }
            series.add(labels(metric, "new"));
            snapshots.add(fill(metric, series));
        }
        return snapshots;
    }

    private MetricSnapshot fill(Metric metric, List<String[]> series) {
        Unit unit = metric.unit().isEmpty() ? null : new Unit(metric.unit());
        return switch (metric.kind()) {
            case COUNTER -> {
                CounterSnapshot.Builder builder = CounterSnapshot.builder();
                for (String[] labels : series) {
                    long value = random.nextLong(1L << random.nextInt(1, 50));
                    metrics.read(metric, () -> value, labels);
                    builder.dataPoint(
                            CounterSnapshot.CounterDataPointSnapshot.builder()
                                    .value((double) value)
                                    .labels(of(metric, labels))
                                    .build());
                }
                yield builder.name(metric.family()).help(metric.help()).unit(unit).build();
            }
            case GAUGE -> {
                GaugeSnapshot.Builder builder = GaugeSnapshot.builder();
                for (String[] labels : series) {
                    long value = random.nextLong(1L << random.nextInt(1, 50));
                    metrics.read(metric, () -> value, labels);
                    builder.dataPoint(
                            GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                    .value((double) value)
                                    .labels(of(metric, labels))
                                    .build());
                }
                yield builder.name(metric.family()).help(metric.help()).unit(unit).build();
            }
            case HISTOGRAM -> {
                HistogramSnapshot.Builder builder = HistogramSnapshot.builder();
                for (String[] labels : series) {
                    builder.dataPoint(histogram(metric, labels));
                }
                yield builder.name(metric.family()).help(metric.help()).unit(unit).build();
            }
        };
    }

    private HistogramSnapshot.HistogramDataPointSnapshot histogram(
            Metric metric, String... labels) {
        Histogram histogram = metrics.histogram(metric, labels);
        int values = random.nextInt(100);
        for (int i = 0; i < values; i++) {
            histogram.observe(random.nextLong(1L << random.nextInt(1, 40)), random.nextInt(1, 4));
        }
        long[] counts = histogram.counts();
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < counts.length; i++) {
            buckets.bucket(metric.buckets().bound(i), counts[i]);
        }
        return HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(histogram.sum())
                .labels(of(metric, labels))
                .build();
    }

    private static Labels of(Metric metric, String... labels) {
        return Labels.of(metric.labels().toArray(String[]::new), labels);
    }

    @ParameterizedTest
    @EnumSource(Exposition.class)
    void theTextIsTheLibrarys(Exposition format) throws IOException {
        List<MetricSnapshot> snapshots = fill();
        var formats = ExpositionFormats.init();
        var writer =
                switch (format) {
                    case PROMETHEUS -> formats.getPrometheusTextFormatWriter();
                    case OPEN_METRICS -> formats.getOpenMetricsTextFormatWriter();
                };
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, new MetricSnapshots(snapshots), EscapingScheme.UNDERSCORE_ESCAPING);
        assertThat(blocks(format.write(metrics)))
                .describedAs("-Dseed=%d", SEED)
                .isEqualTo(blocks(text.toString(UTF_8)));
        assertThat(format.contentType()).isEqualTo(writer.getContentType());
    }

    /// The lines of each metric together, since the library orders them by name; numbers in one
    /// form, since the library writes 7 as 7.0.
    private static Map<String, List<String>> blocks(String text) {
        Map<String, List<String>> blocks = new TreeMap<>();
        for (String line : text.lines().toList()) {
            String name = line.replaceFirst("^# (TYPE|UNIT|HELP) ", "").replaceFirst("[ {].*", "");
            String family = name.replaceFirst("_(bucket|count|sum|total)$", "");
            int number = line.lastIndexOf(' ') + 1;
            String shown =
                    line.startsWith("#")
                            ? line
                            : line.substring(0, number)
                                    + Double.parseDouble(line.substring(number));
            blocks.computeIfAbsent(family, _ -> new ArrayList<>()).add(shown);
        }
        return blocks;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            textBlock =
                    """
                    none                                                          | PROMETHEUS
                    */*                                                           | PROMETHEUS
                    text/plain                                                    | PROMETHEUS
                    application/openmetrics-text                                  | OPEN_METRICS
                    APPLICATION/OpenMetrics-Text ; version=1.0.0                  | OPEN_METRICS
                    application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1 | OPEN_METRICS
                    application/openmetrics-text;q=0                              | PROMETHEUS
                    application/openmetrics-text;q=0.000,text/plain               | PROMETHEUS
                    application/openmetrics-textual                               | PROMETHEUS
                    """)
    void whoNamesOpenMetricsGetsIt(String accept, Exposition format) {
        assertThat(Exposition.of(accept == null ? List.of() : List.of(accept))).isEqualTo(format);
    }

    @Test
    void aMetricThatNobodyMeasuresIsNotShown() {
        assertThat(Exposition.PROMETHEUS.write(metrics)).isEmpty();
        assertThat(Exposition.OPEN_METRICS.write(metrics)).isEqualTo("# EOF\n");
    }

    @Test
    void noLabelNeedsEscaping() {
        assertThatThrownBy(() -> metrics.counter(Metric.FILE_FAILURES, "a\"b"))
                .isInstanceOf(IllegalArgumentException.class);
        for (Metric metric : Metric.values()) {
            assertThat(metric.help()).doesNotContain("\\", "\n", "\"");
        }
    }

    @Test
    void whatIsMeasuredFitsItsDeclaration() {
        assertThatThrownBy(() -> metrics.counter(Metric.FILE_FAILURES))
                .hasMessageContaining("[file]");
        assertThatThrownBy(() -> metrics.histogram(Metric.ENTRIES)).hasMessageContaining("GAUGE");
        assertThatThrownBy(() -> metrics.read(Metric.SAVE_SECONDS, () -> 1))
                .hasMessageContaining("HISTOGRAM");
        metrics.read(Metric.ENTRIES, () -> 1);
        assertThatThrownBy(() -> metrics.read(Metric.ENTRIES, () -> 2))
                .hasMessageContaining("twice");
    }
}
