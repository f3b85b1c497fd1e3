package org.greydaemon;

import org.greydaemon.admin.ControlHandler;
import org.greydaemon.admin.ControlSocket;
import org.greydaemon.admin.ExemptionSources;
import org.greydaemon.admin.Operations;
import org.greydaemon.admin.Rates;
import org.greydaemon.admin.Reloaded;
import org.greydaemon.admin.Watchers;
import org.greydaemon.cli.Version;
import org.greydaemon.gate.Gate;
import org.greydaemon.json.JsonLine;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.MemoryStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What `greyctl status` shows, and the socket on which greyctl asks. Safe for use by several
/// threads.
final class Report {
    private final Path saveFile;
    private final LineLog log;
    private final SteadyClock clock;
    private final DatagramServer udp;
    private final FrontEnds frontEnds;
    private final MemoryStore store;
    private final Gate gate;
    private final Rates rates;
    private final long started;

    // Set before anybody asks.
    private Supplier<List<String>> problems = List::of;

    Report(
            Path saveFile,
            LineLog log,
            SteadyClock clock,
            DatagramServer udp,
            FrontEnds frontEnds,
            MemoryStore store,
            Gate gate) {
        this.saveFile = saveFile;
        this.log = log;
        this.clock = clock;
        this.udp = udp;
        this.frontEnds = frontEnds;
        this.store = store;
        this.gate = gate;
        rates = new Rates(gate::count);
        started = clock.getAsLong();
    }

    /// Where to hear what is wrong now, a line each.
    void tellProblems(Supplier<List<String>> now) {
        problems = now;
    }

    /// To be called about once a second.
    void everySecond() {
        rates.look();
    }

    /// Begins to answer greyctl. Mail does not depend on it, so a socket that cannot be made is a
    /// line in the log and no more. One that can is none: the log begins as the original's does.
    void answer(
            ControlSocket control,
            Path path,
            Watchers watchers,
            Supplier<Reloaded> reload,
            ExemptionSources exemptions) {
        Operations operations =
                new Operations(
                        this::line, () -> store.save(clock.getAsLong()), reload, exemptions, log);
        try {
            control.start(path, new ControlHandler(gate, clock, operations, watchers));
        } catch (IOException e) {
            log.tell(
                    Event.CONTROL,
                    FileFault.words(path, e)
                            + "; mail is answered, greyctl is not; name another place with"
                            + " --ctl or admin.control");
        }
    }

    /// The figures.
    JsonLine line() {
        long now = clock.getAsLong();
        JsonLine line = new JsonLine().put("ok", true);
        line.put("version", Version.text());
        line.put("pid", ProcessHandle.current().pid());
        line.put("started", started + clock.wallOffsetSeconds());
        line.put("uptime", now - started);
        line.put("listening", places());
        line.put("problems", problems.get());
        line.put("observes", gate.observes());
        line.put("observed", gate.countObserved());
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

    private List<String> places() {
        List<String> places = new ArrayList<>(List.of("udp " + udp.localEndpoint()));
        frontEnds.places().forEach(place -> places.add(place.replaceFirst(" on ", " ")));
        return places;
    }
}
