package org.greydaemon;

import org.greydaemon.admin.ControlHandler;
import org.greydaemon.admin.ControlSocket;
import org.greydaemon.admin.Operations;
import org.greydaemon.admin.PageCommands;
import org.greydaemon.admin.Reloaded;
import org.greydaemon.admin.TakeOver;
import org.greydaemon.cli.Version;
import org.greydaemon.history.History;
import org.greydaemon.history.Mark;
import org.greydaemon.log.Event;
import org.greydaemon.observe.HistoryNotices;
import org.greydaemon.observe.Report;
import org.greydaemon.observe.Status;
import org.greydaemon.observe.WaitFigures;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.Housekeeping;
import org.greydaemon.server.IdleHeap;
import org.greydaemon.server.Keeper;
import org.greydaemon.server.Signals;
import org.greydaemon.server.Succession;
import org.greydaemon.server.Supervisor;
import org.greydaemon.server.WarmUp;
import org.greydaemon.system.Niceness;
import org.greydaemon.wire.http.Health;
import org.greydaemon.wire.words.Operator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What the operator sees and has done: figures, signals, greyctl, reloads; and what happens each
/// second. Created, started and stopped by `main`.
final class Operating implements AutoCloseable {
    private final Basis basis;
    private final Listening listening;
    private final Judging judging;
    private final Supervisor supervisor;
    private final Housekeeping housekeeping = new Housekeeping(Main::bug);
    private final ControlSocket control;
    private final Status status;
    private final Report report;
    private final History history;
    private final Reloader reloader;
    private final Succession succession;

    Operating(
            Basis basis,
            Listening listening,
            Judging judging,
            Supervisor supervisor,
            Succession succession) {
        this.basis = basis;
        this.succession = succession;
        this.listening = listening;
        this.judging = judging;
        this.supervisor = supervisor;
        control = new ControlSocket(listening.frontEnds().budget(), FrontEnds.ON_BUG);
        status =
                new Status(
                        basis.log(),
                        basis.clock(),
                        listening.listeners(),
                        judging.gate(),
                        basis.metrics(),
                        judging.saver());
        WaitFigures waits = new WaitFigures(basis.metrics(), judging.tally().providers());
        report =
                new Report(
                        Version.text(),
                        basis.settings().saveFile(),
                        basis.clock(),
                        listening.listeners(),
                        basis.metrics(),
                        waits);
        history =
                HistoryNotices.beside(
                        basis.settings().saveFile(), basis.log(), basis.clock(), basis.metrics());
        history.tellProviders(waits::byProvider);
        reloader = new Reloader(basis, judging, listening, history, succession);
        basis.orders().measure(basis.metrics());
        report.watch(() -> health(basis, listening));
        report.tellSharing(
                judging.sharing()::summary, () -> SharingLine.of(judging.sharing().picture()));
        listening.monitoring().tellWarnings(judging.sharing()::warnings);
        report.tellProblems(() -> basis.orders().problemsAnd(listening.monitoring().all()));
    }

    /// How it is for an operator, who is to look after what no load balancer needs to know of too.
    private static Health health(Basis basis, Listening listening) {
        Health health = listening.monitoring().health();
        return new Health(health.problems(), basis.orders().problemsAnd(health.warnings()));
    }

    /// Begins with what happens each second.
    void keepHouse(Signals signals) {
        history.begin();
        Keeper keeper =
                new Keeper(
                        System.getenv(),
                        succession::isUnderWay,
                        why -> basis.log().tell(Event.TAKE_OVER, why),
                        signals::stop);
        housekeeping.start(
                List.of(
                        status::everySecond,
                        judging.exemptions()::everySecond,
                        judging.sharing()::everySecond,
                        report::everySecond,
                        history::everySecond,
                        listening.monitoring()::everySecond,
                        keeper::everySecond,
                        new IdleHeap()::everySecond,
                        new WarmUp(judging.tally()::count, Niceness::compilersGiveWay)
                                ::everySecond));
    }

    /// The figures over time.
    History history() {
        return history;
    }

    /// What can be had by words.
    Operator operator() {
        return new Operator(
                judging.ledger(), judging.tally()::count, status::saveAndTell, this::reloads);
    }

    /// Begins to hear signals and greyctl. Mail does not depend on greyctl, so a socket that cannot
    /// be made is a line in the log and no more. One that can is none: the log begins as the
    /// original's does.
    void listen(Signals signals) {
        Path path = basis.settings().control();
        Operations operations =
                new Operations(
                        report::line,
                        () -> judging.store().save(basis.clock().getAsLong()),
                        this::reload,
                        history,
                        judging.exemptions(),
                        basis.log());
        listening
                .frontEnds()
                .show(
                        new PageCommands(
                                judging.ledger(), basis.clock(), System::nanoTime, operations));
        try {
            control.start(
                    path,
                    new ControlHandler(
                            judging.ledger(),
                            basis.clock(),
                            operations,
                            judging.watchers(),
                            takeOver()));
        } catch (IOException e) {
            basis.log()
                    .tell(
                            Event.CONTROL,
                            FileFault.words(path, e)
                                    + "; mail is answered, greyctl is not; name another place with"
                                    + " --ctl or admin.control");
        }
        signals.on("HUP", this::reload);
        signals.on("USR1", status::saveAndTell);
        signals.on("ALRM", status::saveAndTell);
    }

    private TakeOver takeOver() {
        return new TakeOver(
                succession,
                new DaemonEstate(
                        basis.settings().saveFile(), judging.store(), judging.saver(), supervisor),
                () -> List.copyOf(listening.sockets().values()),
                Version.text(),
                basis.log());
    }

    /// Says that the daemon answers, and what the operator had better know of it.
    void tellStarted() {
        if (basis.settings().observe()) {
            basis.log().tell(Event.TRIAL, "all mail passes");
        }
        history.mark(Mark.Occasion.START, Version.text());
        basis.log().tell(Event.STARTED, listening.place());
        if (judging.store().beganEmpty()) { // Not before: the log begins as the original's does.
            basis.log()
                    .tell(
                            Event.EMPTY,
                            basis.settings().saveFile()
                                    + " yet; nothing is remembered; if this is not the first start,"
                                    + " look at the path");
        }
    }

    private Reloaded reload() {
        return supervisor.reloading(reloader::reload);
    }

    private boolean reloads() {
        return reload().refusal().isEmpty();
    }

    /// What the daemon has and has done, in a few words.
    String summary() {
        return status.summary();
    }

    /// Ends what happens each second, and hears nobody any more: signals wait for a second run.
    void stop(Signals signals) {
        signals.hold();
        reloader.stop();
        housekeeping.stop();
        int left = control.stop();
        if (left > 0) {
            basis.log()
                    .tell(
                            Event.UNFINISHED,
                            left + " commands of greyctl have not ended; the disk may not answer");
        }
        Listening.tellLeft(basis.log(), control.left());
        history.mark(Mark.Occasion.STOP, "");
    }

    /// Leaves the history to a successor: what it has is in its file then.
    void leave() {
        history.stop();
    }

    @Override
    public void close() {
        housekeeping.stop();
        control.stop();
        history.stop();
    }
}
