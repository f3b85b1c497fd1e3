package org.greydaemon.observe;

import org.greydaemon.gate.ProviderWaits;
import org.greydaemon.json.JsonLine;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.metrics.Quantile;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How long good mail has waited since the start, all of it and by provider. Safe for use by
/// several threads.
public final class WaitFigures {
    /// The most providers that are shown, those with the most mails.
    private static final int SHOWN_MAX = 20;

    private static final Map<String, Double> QUANTILES = quantiles();
    private static final List<Long> BOUNDS = Metrics.bounds(Metric.DELAY_SECONDS);

    private final Metrics metrics;
    private final ProviderWaits providers;

    /// @param metrics where the waits are counted, and providers' can be read from now on
    public WaitFigures(Metrics metrics, ProviderWaits providers) {
        this.metrics = metrics;
        this.providers = providers;
        metrics.readEach(Metric.PROVIDER_DELAY_SECONDS, this::byQuantile);
        metrics.readEach(Metric.PROVIDER_PASSED, this::mails);
    }

    private static Map<String, Double> quantiles() {
        Map<String, Double> quantiles = new LinkedHashMap<>();
        quantiles.put("median", 0.5);
        quantiles.put("p95", 0.95);
        quantiles.put("p99", 0.99);
        return quantiles;
    }

    private Map<List<String>, Long> byQuantile() {
        Map<List<String>, Long> values = new LinkedHashMap<>();
        for (ProviderWaits.Provider waits : providers.most(SHOWN_MAX)) {
            QUANTILES.forEach((name, part) ->
                    values.put(
                            List.of(waits.domain(), name),
                            Quantile.of(part, BOUNDS, waits.counts(), waits.longest())));
        }
        return values;
    }

    private Map<List<String>, Long> mails() {
        Map<List<String>, Long> values = new LinkedHashMap<>();
        providers
                .most(SHOWN_MAX)
                .forEach(waits -> values.put(List.of(waits.domain()), waits.mails()));
        return values;
    }

    /// `bounds` in seconds, `counts` of mails (one more), `median`, `p95`, `p99` in seconds, and
    /// `by_provider`: the same of each `domain` with the `count` of its mails, the most first.
    public JsonLine line() {
        List<Long> counts = Arrays.stream(metrics.counts(Metric.DELAY_SECONDS)).boxed().toList();
        JsonLine line = new JsonLine();
        line.putNumbers("bounds", BOUNDS).putNumbers("counts", counts);
        putQuantiles(counts, providers.longestOfAll(), line);
        return line.putLines("by_provider", byProvider());
    }

    /// The providers with the most mails, an object each.
    public List<JsonLine> byProvider() {
        return providers.most(SHOWN_MAX).stream().map(WaitFigures::line).toList();
    }

    private static JsonLine line(ProviderWaits.Provider waits) {
        JsonLine line = new JsonLine().put("domain", waits.domain());
        putQuantiles(waits.counts(), waits.longest(), line);
        return line.put("count", waits.mails());
    }

    private static void putQuantiles(List<Long> counts, long longest, JsonLine line) {
        QUANTILES.forEach(
                (name, part) -> line.put(name, Quantile.of(part, BOUNDS, counts, longest)));
    }
}
