package org.greydaemon.observe;

import org.greydaemon.admin.Rates;
import org.greydaemon.json.JsonLine;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.wire.http.Health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What `greyctl status` shows. Safe for use by several threads.
public final class Report {
    private final String version;
    private final Path saveFile;
    private final SteadyClock clock;
    private final Listeners listeners;
    private final Metrics metrics;
    private final WaitFigures waits;
    private final Rates rates;
    private final long started;
    private final long savedBefore;

    // Set before anybody asks.
    private Supplier<List<String>> problems = List::of;
    private Optional<HealthWatch> watch = Optional.empty();
    private Supplier<Optional<String>> sharing = Optional::empty;
    private Supplier<Optional<JsonLine>> hosts = Optional::empty;

    /// @param metrics where the figures are
    /// @param waits how long good mail has waited
    /// @param version what `greydaemon --version` says
    public Report(
            String version,
            Path saveFile,
            SteadyClock clock,
            Listeners listeners,
            Metrics metrics,
            WaitFigures waits) {
        this.version = version;
        this.saveFile = saveFile;
        this.clock = clock;
        this.listeners = listeners;
        this.metrics = metrics;
        this.waits = waits;
        rates =
                new Rates(reason ->
                        metrics.sum(Metric.DECISIONS, labels -> Status.isOf(reason, labels)));
        started = clock.getAsLong();
        savedBefore = savedBefore(saveFile);
    }

    /// Where to hear what is wrong now, a line each.
    public void tellProblems(Supplier<List<String>> now) {
        problems = now;
    }

    /// Where to hear how remembering together with others goes.
    ///
    /// @param now in a few words
    /// @param byHost host by host
    public void tellSharing(Supplier<Optional<String>> now, Supplier<Optional<JsonLine>> byHost) {
        sharing = now;
        hosts = byHost;
    }

    /// Where to hear how it is now.
    public void watch(Supplier<Health> health) {
        watch = Optional.of(new HealthWatch(health, clock));
    }

    /// To be called about once a second.
    public void everySecond() {
        rates.look();
        watch.ifPresent(HealthWatch::everySecond);
    }

    /// The figures.
    public JsonLine line() {
        long now = clock.getAsLong();
        JsonLine line = new JsonLine().put("ok", true);
        line.put("version", version);
        line.put("pid", ProcessHandle.current().pid());
        line.put("started", started + clock.wallOffsetSeconds());
        line.put("uptime", now - started);
        line.put("listening", listeners.places());
        line.put("problems", problems.get());
        watch.ifPresent(one -> one.addTo(line, clock.wallOffsetSeconds()));
        line.put("observes", metrics.sum(Metric.OBSERVES) == 1);
        line.put("observing_lines", metrics.sum(Metric.OBSERVING_LINES) == 1);
        line.put("observed", metrics.sum(Metric.OBSERVED));
        line.put("expecting", metrics.sum(Metric.EXPECTING));
        sharing.get().ifPresent(how -> line.put("share", how));
        hosts.get().ifPresent(how -> line.put("sharing", how));
        line.put("entries", metrics.sum(Metric.ENTRIES));
        line.put("bytes", metrics.sum(Metric.STORE_BYTES));
        line.put("evicted", metrics.sum(Metric.EVICTIONS));
        line.put("save_file", saveFile.toAbsolutePath().toString());
        savedAt(line, now);
        line.put("journal_bytes", metrics.sum(Metric.JOURNAL_BYTES));
        line.put("log_dropped", metrics.sum(Metric.LOG_DROPPED));
        line.put("figures", object(metrics.figures()));
        line.put("troubles", object(metrics.troubles()));
        line.put("delays", waits.line());
        return line.put("total", rates.total()).put("last_minute", rates.lastMinute());
    }

    private static JsonLine object(Map<String, Long> figures) {
        JsonLine line = new JsonLine();
        figures.forEach(line::put);
        return line;
    }

    /// What a daemon before this one has saved counts too. The disk is not asked: it may hang, and
    /// who asks how the daemon is wants to hear of that.
    private void savedAt(JsonLine line, long now) {
        long since = metrics.sum(Metric.LAST_SAVE_SECONDS);
        long saved = since > 0 ? since : savedBefore;
        if (saved > 0) {
            line.put("saved", saved);
            line.put("saved_ago", Math.max(0, now + clock.wallOffsetSeconds() - saved));
        }
    }

    /// When the save file was written, in seconds since 1970; 0 if it was not yet.
    private static long savedBefore(Path saveFile) {
        try {
            return Files.getLastModifiedTime(saveFile).toMillis() / 1000;
        } catch (IOException e) {
            return 0;
        }
    }
}
