package org.greydaemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// docs/monitoring.md has every metric with its help, and no others: `-Dwrite=true` makes its table
/// anew from the code. Dashboard and alerts ask for metrics that exist, and architecture.md names
/// figures that exist.
final class MonitoringDocumentTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final Pattern NAME = Pattern.compile("greydaemon_\\w+");

    private static String row(Metric metric) {
        String labels = String.join(", ", metric.labels());
        boolean isBrief = metric.kind() != Metric.Type.HISTOGRAM;
        return "| `%s` | %s |%s|%s| %s |"
                .formatted(
                        metric.shownName(),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        labels.isEmpty() ? " " : " " + labels + " ",
                        isBrief ? " `" + metric.briefForm() + "` " : " ",
                        metric.help());
    }

    @Test
    void theTableIsTheCodes() throws IOException {
        Path document = ROOT.resolve("docs/monitoring.md");
        if (Boolean.getBoolean("write")) {
            write(document);
        }
        List<String> rows =
                Files.readAllLines(document).stream()
                        .filter(line -> line.startsWith("| `greydaemon_"))
                        .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(Metric.values()).map(MonitoringDocumentTest::row).toList());
    }

    private static void write(Path document) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(document));
        int first = 0;
        while (!lines.get(first).startsWith("| `greydaemon_")) {
            first++;
        }
        lines.removeIf(line -> line.startsWith("| `greydaemon_"));
        lines.addAll(
                first, Arrays.stream(Metric.values()).map(MonitoringDocumentTest::row).toList());
        Files.write(document, lines);
    }

    @Test
    void whatBoundsCountIsAFigure() throws IOException {
        List<String> rows =
                Files.readAllLines(ROOT.resolve("docs/architecture.md")).stream()
                        .dropWhile(line ->
                                !line.equals("| what | limit | at the limit | counted as |"))
                        .skip(2)
                        .takeWhile(line -> line.startsWith("|"))
                        .toList();
        assertThat(rows).hasSizeGreaterThan(30);
        for (String row : rows) {
            String[] cells = row.split(" \\| ?", -1);
            Matcher name = Pattern.compile("`(\\w+)").matcher(cells[cells.length - 2]);
            while (name.find()) {
                String word = name.group(1);
                assertThat(word.startsWith("greydaemon_") ? named(word) : Metric.ofBrief(word))
                        .as(row)
                        .isPresent();
            }
        }
    }

    private static Optional<Metric> named(String name) {
        return Arrays.stream(Metric.values())
                .filter(metric -> metric.shownName().equals(name))
                .findFirst();
    }

    /// promtool runs them in ./check.
    @Test
    void everyAlertIsExplainedAndTried() throws IOException {
        String document = Files.readString(ROOT.resolve("docs/monitoring.md"));
        String tests = Files.readString(ROOT.resolve("packaging/prometheus/greydaemon.test.yml"));
        List<String> alerts =
                Files.readAllLines(ROOT.resolve("packaging/prometheus/greydaemon.yml")).stream()
                        .filter(line -> line.contains("- alert: "))
                        .map(line -> line.replaceFirst(".*- alert: ", ""))
                        .toList();
        assertThat(alerts).hasSizeGreaterThan(10);
        for (String alert : alerts) {
            assertThat(document).contains("| " + alert + " |");
            assertThat(tests)
                    .contains("alertname: " + alert + "\n        exp_alerts:\n          - ");
        }
    }

    @Test
    void figuresOfTwoMetricsNeverHaveOneName() {
        List<String> forms =
                Arrays.stream(Metric.values())
                        .filter(metric -> metric.kind() != Metric.Type.HISTOGRAM)
                        .map(Metric::briefForm)
                        .toList();
        assertThat(forms).doesNotHaveDuplicates();
        for (Metric metric : Metric.values()) {
            if (metric.kind() != Metric.Type.HISTOGRAM && metric.labels().isEmpty()) {
                assertThat(Metric.ofBrief(metric.briefForm())).contains(metric);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "packaging/grafana-dashboard.json",
                "packaging/prometheus/greydaemon.yml",
                "packaging/prometheus/greydaemon.test.yml",
                "docs/monitoring.md"
            })
    void whatIsAskedForExists(String file) throws IOException {
        Set<String> names =
                Arrays.stream(Metric.values()).map(Metric::shownName).collect(Collectors.toSet());
        Matcher matcher = NAME.matcher(Files.readString(ROOT.resolve(file)));
        while (matcher.find()) {
            assertThat(names).contains(matcher.group().replaceFirst("_(bucket|count|sum)$", ""));
        }
    }

    @Test
    void theDashboardIsJsonAndShowsEveryMetricThatMeasuresMail() throws IOException {
        String text = Files.readString(ROOT.resolve("packaging/grafana-dashboard.json"));
        JsonObject dashboard = JsonParser.parseString(text).getAsJsonObject();
        assertThat(dashboard.getAsJsonArray("panels")).hasSizeGreaterThan(10);
        assertThat(text)
                .contains("greydaemon_decisions_total", "greydaemon_delay_seconds_bucket")
                .contains("greydaemon_decision_seconds_bucket")
                .contains("greydaemon_messages_never_came_back_total");
    }
}
