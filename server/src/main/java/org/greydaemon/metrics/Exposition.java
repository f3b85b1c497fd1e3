package org.greydaemon.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Writes metrics down for Prometheus, in its own text format (0.0.4) or in OpenMetrics (1.0.0),
/// which differ in the names of counters, units, and a line that marks the end. Stateless.
///
/// Why no library: docs/adr/0008. Tests hold it to what the library writes.
public enum Exposition {
    /// What everybody reads.
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    /// What Prometheus prefers.
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    Exposition(String contentType) {
        this.contentType = contentType;
    }

    /// The format that the asker takes (RFC 9110 12.5.1): OpenMetrics for whoever names it, the
    /// other one for everybody else.
    ///
    /// @param accept the values of the header field `Accept`, if any
    public static Exposition of(List<String> accept) {
        return accept.stream()
                        .flatMap(field -> Arrays.stream(field.split(",", -1)))
                        .anyMatch(Exposition::takesOpenMetrics)
                ? OPEN_METRICS
                : PROMETHEUS;
    }

    private static boolean takesOpenMetrics(String range) {
        String[] parts = range.split(";", -1);
        return parts[0].strip().equalsIgnoreCase("application/openmetrics-text")
                && Arrays.stream(parts).noneMatch(part -> part.strip().matches("q=0(\\.0*)?"));
    }

    /// The media type.
    public String contentType() {
        return contentType;
    }

    /// All metrics that somebody measures.
    public String write(Metrics metrics) {
        StringBuilder text = new StringBuilder(1 << 14);
        for (Metric metric : Metric.values()) {
            write(metric, metrics.series(metric), text);
        }
        if (this == OPEN_METRICS) {
            text.append("# EOF\n");
        }
        return text.toString();
    }

    private void write(Metric metric, List<Metrics.Instrument> all, StringBuilder text) {
        if (all.isEmpty()) {
            return;
        }
        boolean open = this == OPEN_METRICS;
        String name = open ? metric.family() : metric.shownName();
        String kind = metric.kind().name().toLowerCase(Locale.ROOT);
        if (open) {
            comment("TYPE", name, kind, text);
            if (!metric.unit().isEmpty()) {
                comment("UNIT", name, metric.unit(), text);
            }
            comment("HELP", name, metric.help(), text);
        } else {
            comment("HELP", name, metric.help(), text);
            comment("TYPE", name, kind, text);
        }
        for (Metrics.Instrument series : all) {
            switch (series) {
                case Metrics.Instrument.Value(List<String> labels, var value) -> {
                    name(metric.shownName(), metric, labels, "", text);
                    text.append(value.getAsLong()).append('\n');
                }
                case Metrics.Instrument.Sizes(List<String> labels, Histogram histogram) ->
                        histogram(metric, labels, histogram, text);
            }
        }
    }

    private static void comment(String what, String name, String words, StringBuilder text) {
        text.append("# ").append(what).append(' ').append(name).append(' ').append(words);
        text.append('\n');
    }

    private static void histogram(
            Metric metric, List<String> labels, Histogram histogram, StringBuilder text) {
        double sum = histogram.sum();
        long[] counts = histogram.counts();
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i];
            double bound = histogram.buckets().bound(i);
            String shown = Double.isInfinite(bound) ? "+Inf" : Double.toString(bound);
            name(metric.family() + "_bucket", metric, labels, "le=\"" + shown + '"', text);
            text.append(count).append('\n');
        }
        name(metric.family() + "_count", metric, labels, "", text);
        text.append(count).append('\n');
        name(metric.family() + "_sum", metric, labels, "", text);
        text.append(sum).append('\n');
    }

    /// Nothing is to be escaped: help texts and label values are words of ours.
    private static void name(
            String name, Metric metric, List<String> labels, String last, StringBuilder text) {
        text.append(name);
        String separator = "{";
        for (int i = 0; i < labels.size(); i++) {
            text.append(separator).append(metric.labels().get(i));
            text.append("=\"").append(labels.get(i)).append('"');
            separator = ",";
        }
        if (!last.isEmpty()) {
            text.append(separator).append(last);
            separator = ",";
        }
        text.append(separator.equals("{") ? " " : "} ");
    }
}
