package org.greydaemon.history;

import org.greydaemon.json.JsonLine;
import org.greydaemon.metrics.Quantile;

import java.util.List;

/// A period of the history as programs read it. Stateless.
final class HistoryJson {
    private HistoryJson() {}

    /// {@link History#json(Period, long, List)}.
    ///
    /// @param providers how long their mail has waited, an object each
    static JsonLine of(
            History history,
            List<JsonLine> providers,
            Period period,
            long now,
            List<Series> wanted) {
        JsonLine series = new JsonLine();
        for (Series one : wanted) {
            series.putNumbers(one.word(), history.values(one, period, now));
        }
        List<JsonLine> told =
                history.marks(period.from(now)).stream().map(HistoryJson::mark).toList();
        return new JsonLine()
                .put("span", period.word())
                .put("step", period.stepSeconds())
                .put("from", period.from(now))
                .put("series", series)
                .put("waits", waits(history.total(period, now), providers))
                .putLines("marks", told);
    }

    private static JsonLine mark(Mark mark) {
        return new JsonLine()
                .put("time", mark.time())
                .put("kind", mark.kind().word())
                .put("text", mark.text());
    }

    private static JsonLine waits(History.Total total, List<JsonLine> providers) {
        List<Long> bounds = History.bounds();
        long longest = Quantile.largest(bounds, total.waits(), total.waitedSeconds());
        return new JsonLine()
                .putNumbers("bounds", bounds)
                .putNumbers("counts", total.waits())
                .put("median", Quantile.of(0.5, bounds, total.waits(), longest))
                .put("p95", Quantile.of(0.95, bounds, total.waits(), longest))
                .put("p99", Quantile.of(0.99, bounds, total.waits(), longest))
                .putLines("by_provider", providers);
    }
}
