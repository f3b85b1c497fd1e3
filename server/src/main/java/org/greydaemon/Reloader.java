package org.greydaemon;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.admin.Reloaded;
import org.greydaemon.config.Configuration;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.config.ExemptSettings;
import org.greydaemon.config.Sources;
import org.greydaemon.decision.Rules;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.file.RegularFile;
import org.greydaemon.gate.Gate;
import org.greydaemon.history.History;
import org.greydaemon.history.Mark;
import org.greydaemon.log.DecisionLog;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.log.LogFormat;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.server.Succession;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the configuration and the white list again, and changes the running daemon, or leaves it
/// as it is if anything is wrong with them. May be called by any thread.
final class Reloader {
    private final Orders orders;
    private final Judging judging;
    private final Listening listening;
    private final LineLog log;
    private final History history;
    private final Succession succession;

    // Held while something is changed, which waits for no file.
    private final Object changing = new Object();

    @GuardedBy("changing")
    private DecisionLog decisions;

    @GuardedBy("changing")
    private boolean stopped;

    @GuardedBy("this")
    private boolean saidNothingToRead;

    /// @param judging what judges, and can be changed
    /// @param listening what listens, and can be changed
    /// @param history where changes are noted
    /// @param succession whether another daemon is about to take over
    Reloader(
            Basis basis,
            Judging judging,
            Listening listening,
            History history,
            Succession succession) {
        orders = basis.orders();
        this.succession = succession;
        this.history = history;
        this.judging = judging;
        this.listening = listening;
        decisions = judging.decisions();
        log = basis.log();
    }

    /// Reads and changes all that can be changed, or nothing; says what came of it.
    synchronized Reloaded reload() {
        return succession.isUnderWay()
                ? refuse(
                        "nothing has changed, another daemon is about to take over and has read the"
                                + " files; reload when it answers")
                : reload(new ArrayList<>());
    }

    /// Changes nothing any more. Does not wait for one who still reads: that is refused.
    void stop() {
        synchronized (changing) {
            stopped = true;
        }
    }

    @GuardedBy("this")
    private Reloaded reload(List<String> told) {
        Sources.ReadConfiguration reading = orders.sources().readAgain();
        reading.warnings().forEach(warning -> tell(Event.CONFIGURATION, warning, told));
        if (reading.configuration().isEmpty()) {
            return refuse(reading.errors(), "configuration", toMend(), told);
        }
        Configuration read = reading.configuration().get();
        Configuration running = orders.configuration();
        Configuration applied = read.appliedTo(running);
        ExemptionLists lists;
        try {
            lists =
                    ExemptionReader.read(
                            applied.settings(),
                            log,
                            warning -> tell(Event.WHITE_LIST, warning, told));
        } catch (MistakeException e) {
            return refuseLists(e.problems(), applied.settings().exempt(), told);
        }
        List<String> differences = read.differences(running);
        List<String> waiting = read.waiting(running);
        synchronized (changing) {
            if (stopped) {
                return refuse(
                        "nothing has changed, the daemon has stopped meanwhile; reload again");
            }
            differences.forEach(difference -> tell(Event.RELOADED, difference, told));
            change(running.settings(), applied.settings(), lists);
            orders.follow(applied, lists); // Behind all that might fail.
            history.mark(Mark.Occasion.RELOAD, String.join("; ", differences));
        }
        tellEnd(applied.settings(), lists, differences.size(), told);
        return new Reloaded(Optional.empty(), told, waiting);
    }

    private void tell(Event event, String line, List<String> told) {
        log.tell(event, line);
        told.add(line);
    }

    private Reloaded refuseLists(List<String> problems, ExemptSettings exempt, List<String> told) {
        boolean severalFiles = !exempt.files().isEmpty();
        return refuse(
                problems,
                file().isPresent()
                        ? "configuration"
                        : severalFiles ? "white list and exemptions" : "white list",
                severalFiles ? "the lines named above" : exempt.whiteList().orElseThrow(),
                told);
    }

    /// A pipe cannot be mended, and without a file it is a switch that names one.
    private Object toMend() {
        Optional<Path> mendable = file().filter(path -> !RegularFile.isReadOnce(path));
        return mendable.isPresent() ? mendable.get() : "what is named above";
    }

    private Reloaded refuse(List<String> problems, String what, Object file, List<String> told) {
        problems.forEach(problem -> tell(Event.CONFIGURATION, problem, told));
        orders.refuse();
        String refusal = "the " + what + " from before goes on; mend " + file + " and reload";
        log.tell(Event.RELOADED, refusal);
        return new Reloaded(Optional.of(refusal), told, List.of());
    }

    private Reloaded refuse(String refusal) {
        log.tell(Event.RELOADED, refusal);
        return new Reloaded(Optional.of(refusal), List.of(), List.of());
    }

    @GuardedBy("changing")
    private void change(DaemonSettings before, DaemonSettings now, ExemptionLists lists) {
        LogFormat format = now.logFormat();
        if (format != before.logFormat()) {
            decisions = format.decisions(log);
            log.showEvents(format == LogFormat.JSON);
        }
        Rules rules = now.rules().covering(lists.waits());
        judging.store().keep(rules.lifetimes());
        DecisionLog watched = judging.watchers().beside(decisions);
        judging.exemptions()
                .replace(
                        lists,
                        exemptions ->
                                judging.gate()
                                        .change(
                                                new Gate.Terms(
                                                        exemptions,
                                                        rules,
                                                        watched,
                                                        now.observe())));
        listening.change(now);
        judging.sharing().change(now.share());
        if (now.saveSeconds() != before.saveSeconds()) {
            judging.saver().interval(now.saveSeconds());
        }
    }

    @GuardedBy("this")
    private void tellEnd(
            DaemonSettings settings, ExemptionLists lists, int changes, List<String> told) {
        if (settings.whiteList().isPresent()) {
            int entries = lists.whiteList().size();
            tell(Event.RELOADED, entries + " entries from " + settings.whiteList().get(), told);
        }
        if (!settings.exempt().files().isEmpty()) {
            String line = lists.lines() + " exemptions from " + named(settings);
            tell(Event.RELOADED, line, told);
        }
        if (file().isPresent()) {
            String line = changes + (changes == 1 ? " change in " : " changes in ") + file().get();
            tell(Event.RELOADED, line, told);
        }
        if (told.isEmpty()) {
            tellNothingRead(told);
        }
    }

    /// Once in the log: whoever sends HUP to all daemons every night need not hear it each time.
    @GuardedBy("this")
    private void tellNothingRead(List<String> told) {
        String line = "there is no white list; name one with -w and start anew";
        told.add(line);
        if (!saidNothingToRead) {
            saidNothingToRead = true;
            log.tell(Event.RELOADED, line);
        }
    }

    private Optional<Path> file() {
        return orders.sources().file();
    }

    private static String named(DaemonSettings settings) {
        return String.join(", ", settings.exempt().files().stream().map(Path::toString).toList());
    }
}
