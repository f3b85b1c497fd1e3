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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// docs/monitoring.md has every metric with its help, and no others; dashboard and alerts ask for
/// metrics that exist.
final class MonitoringDocumentTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final Pattern NAME = Pattern.compile("greydaemon_\\w+");

    private static String row(Metric metric) {
        String labels = String.join(", ", metric.labels());
        return "| `%s` | %s |%s| %s |"
                .formatted(
                        metric.shownName(),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        labels.isEmpty() ? " " : " " + labels + " ",
                        metric.help());
    }

    @Test
    void theTableIsTheCodes() throws IOException {
        List<String> rows =
                Files.readAllLines(ROOT.resolve("docs/monitoring.md")).stream()
                        .filter(line -> line.startsWith("| `greydaemon_"))
                        .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(Metric.values()).map(MonitoringDocumentTest::row).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "packaging/grafana-dashboard.json",
                "packaging/prometheus/greydaemon.yml",
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
                .contains("greydaemon_decision_seconds_bucket");
    }
}
