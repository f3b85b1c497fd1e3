package org.greydaemon;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.admin.ExemptionSources;
import org.greydaemon.admin.Watchers;
import org.greydaemon.config.Configuration;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.config.ExemptSettings;
import org.greydaemon.config.Sources;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.UnusableListException;
import org.greydaemon.gate.Gate;
import org.greydaemon.log.DecisionLog;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.log.LogFormat;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.Saver;

import java.nio.file.Path;
import java.util.List;

/// Reads the configuration and the white list again, and changes the running daemon, or leaves it
/// as it is if anything is wrong with them. May be called by any thread.
final class Reloader {
    /// What runs, and can be changed.
    record Parts(
            Gate gate,
            ExemptionSources exemptions,
            Watchers watchers,
            MemoryStore store,
            Saver saver,
            DatagramServer udp,
            FrontEnds frontEnds) {}

    private final Sources sources;
    private final Parts parts;
    private final LineLog log;

    @GuardedBy("this")
    private Configuration running;

    @GuardedBy("this")
    private DecisionLog decisions;

    /// @param running what the daemon was started with
    /// @param decisions where decisions are logged
    Reloader(
            Sources sources,
            Configuration running,
            DecisionLog decisions,
            Parts parts,
            LineLog log) {
        this.sources = sources;
        this.running = running;
        this.decisions = decisions;
        this.parts = parts;
        this.log = log;
    }

    /// Reads and changes all that can be changed, or nothing; says what came of it.
    ///
    /// @return whether the configuration could be used
    synchronized boolean reload() {
        Sources.Reading reading = sources.read();
        reading.warnings().forEach(warning -> log.tell(Event.CONFIGURATION, warning));
        if (reading.configuration().isEmpty()) {
            return refuse(reading.errors(), "configuration", sources.file().orElseThrow());
        }
        Configuration read = reading.configuration().get();
        Configuration applied = read.appliedTo(running);
        ExemptionLists lists;
        try {
            lists = ExemptionReader.read(applied.settings(), log);
        } catch (UnusableListException e) {
            return refuseLists(e.problems(), applied.settings().exempt());
        }
        List<String> differences = read.differences(running);
        differences.forEach(difference -> log.tell(Event.RELOADED, difference));
        change(applied, lists);
        tellEnd(applied.settings(), lists, differences);
        return true;
    }

    private boolean refuseLists(List<String> problems, ExemptSettings exempt) {
        boolean severalFiles = !exempt.files().isEmpty();
        return refuse(
                problems,
                sources.file().isPresent()
                        ? "configuration"
                        : severalFiles ? "white list and exemptions" : "white list",
                severalFiles ? "the lines named above" : exempt.whiteList().orElseThrow());
    }

    private boolean refuse(List<String> problems, String what, Object file) {
        problems.forEach(problem -> log.tell(Event.CONFIGURATION, problem));
        log.tell(
                Event.RELOADED,
                "the " + what + " from before goes on; mend " + file + " and reload");
        return false;
    }

    @GuardedBy("this")
    private void change(Configuration applied, ExemptionLists lists) {
        DaemonSettings before = running.settings();
        DaemonSettings now = applied.settings();
        running = applied;
        LogFormat format = now.logFormat();
        if (format != before.logFormat()) {
            decisions = format.decisions(log);
            log.showEvents(format == LogFormat.JSON);
        }
        parts.store().keep(now.rules().lifetimes());
        DecisionLog watched = parts.watchers().beside(decisions);
        parts.exemptions()
                .replace(
                        lists,
                        exemptions ->
                                parts.gate()
                                        .change(new Gate.Terms(exemptions, now.rules(), watched)));
        parts.udp().allow(now.allowed());
        parts.frontEnds().change(now);
        if (now.saveSeconds() != before.saveSeconds()) {
            parts.saver().interval(now.saveSeconds());
        }
    }

    private void tellEnd(DaemonSettings settings, ExemptionLists lists, List<String> differences) {
        if (settings.whiteList().isPresent()) {
            int entries = lists.whiteList().exemptions().size();
            log.tell(Event.RELOADED, entries + " entries from " + settings.whiteList().get());
        } else if (sources.file().isEmpty()) {
            log.tell(Event.RELOADED, "there is no white list; name one with -w and start anew");
        }
        if (!settings.exempt().files().isEmpty()) {
            log.tell(Event.RELOADED, lists.lines() + " exemptions from " + named(settings));
        }
        if (sources.file().isPresent()) {
            log.tell(Event.RELOADED, differences.size() + " changes in " + sources.file().get());
        }
    }

    private static String named(DaemonSettings settings) {
        return String.join(", ", settings.exempt().files().stream().map(Path::toString).toList());
    }
}
