package org.greydaemon.observe;

import org.greydaemon.admin.Rates;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.Tally;
import org.greydaemon.json.JsonLine;
import org.greydaemon.log.LineLog;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.MemoryStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// What `greyctl status` shows. Safe for use by several threads.
public final class Report {
    private final String version;
    private final Path saveFile;
    private final LineLog log;
    private final SteadyClock clock;
    private final Listeners listeners;
    private final MemoryStore store;
    private final Gate gate;
    private final Tally tally;
    private final Rates rates;
    private final long started;

    // Set before anybody asks.
    private Supplier<List<String>> problems = List::of;

    /// @param version what `greydaemon --version` says
    public Report(
            String version,
            Path saveFile,
            LineLog log,
            SteadyClock clock,
            Listeners listeners,
            MemoryStore store,
            Gate gate,
            Tally tally) {
        this.version = version;
        this.saveFile = saveFile;
        this.log = log;
        this.clock = clock;
        this.listeners = listeners;
        this.store = store;
        this.gate = gate;
        this.tally = tally;
        rates = new Rates(tally::count);
        started = clock.getAsLong();
    }

    /// Where to hear what is wrong now, a line each.
    public void tellProblems(Supplier<List<String>> now) {
        problems = now;
    }

    /// To be called about once a second.
    public void everySecond() {
        rates.look();
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
        line.put("observes", gate.terms().observe());
        line.put("observed", tally.countObserved());
        line.put("entries", store.entries());
        line.put("bytes", store.bytes());
        line.put("evicted", store.evicted());
        line.put("save_file", saveFile.toAbsolutePath().toString());
        savedAt(line, now);
        line.put("journal_bytes", store.journalBytes());
        line.put("log_dropped", log.dropped());
        return line.put("total", rates.total()).put("last_minute", rates.lastMinute());
    }

    /// The save file's own time says also what a daemon before this one has saved.
    private void savedAt(JsonLine line, long now) {
        try {
            long saved = Files.getLastModifiedTime(saveFile).toMillis() / 1000;
            line.put("saved", saved);
            line.put("saved_ago", Math.max(0, now + clock.wallOffsetSeconds() - saved));
        } catch (IOException e) {
            // It has not been written yet.
        }
    }
}
