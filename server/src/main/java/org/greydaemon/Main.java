package org.greydaemon;

import org.greydaemon.admin.ControlSocket;
import org.greydaemon.admin.ExemptionSources;
import org.greydaemon.admin.Reloaded;
import org.greydaemon.admin.Watchers;
import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.cli.ExitStatus;
import org.greydaemon.config.Configuration;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.config.Sources;
import org.greydaemon.decision.Rules;
import org.greydaemon.dns.ConfirmedNames;
import org.greydaemon.dns.ListLookups;
import org.greydaemon.dns.SpfLookups;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.Tally;
import org.greydaemon.log.DecisionLog;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.Background;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.Housekeeping;
import org.greydaemon.server.Signals;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.server.Umask;
import org.greydaemon.store.Store;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.Saver;
import org.greydaemon.wire.udp.UdpHandler;
import org.greydaemon.wire.words.Operator;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The daemon: who exists, who knows whom, and in which order they start and stop.
public final class Main {
    private Main() {}

    /// Runs the daemon until SIGTERM or SIGINT; ends with an {@link ExitStatus}.
    public static void main(String[] args) {
        Signals signals = new Signals();
        Umask.keepOthersOut();
        DatagramServer.prepare();
        DaemonCommand.Parsed parsed = DaemonCommand.parse(args);
        parsed.warnings().forEach(warning -> System.err.println("greydaemon: " + warning));
        int status = parsed.exitStatus();
        if (parsed.configuration().isPresent()) {
            try {
                status = run(signals, parsed.sources(), parsed.configuration().get()).number();
            } catch (StartException e) {
                System.err.println("greydaemon: " + e.getMessage());
                status = e.status().number();
            } catch (RuntimeException | Error bug) {
                bug(Thread.currentThread(), bug); // Threads that go on must not keep it alive.
            }
        }
        System.exit(status);
    }

    private static ExitStatus run(Signals signals, Sources sources, Configuration configuration)
            throws StartException {
        DaemonSettings settings = configuration.settings();
        SteadyClock clock =
                new SteadyClock(System::currentTimeMillis, System::nanoTime, SteadyClock.RELEASED);
        Metrics metrics = new Metrics();
        try (LineLog log = LogOutput.open(settings, clock);
                DatagramServer udp = Start.listen(settings, Main::bug);
                FrontEnds frontEnds = FrontEnds.listen(settings, log, metrics);
                Supervisor supervisor = new Supervisor(System.getenv(), log)) {
            ExemptionLists lists = Start.exemptionLists(settings, log);
            Start.dropPrivileges(configuration, log);
            frontEnds.listenAsUser(settings);
            Monitoring monitoring = new Monitoring(metrics, log, udp, frontEnds);
            frontEnds.tellHealth(monitoring::health);
            supervisor.loading(settings.saveFile().toString());
            Rules rules = settings.rules().covering(lists.waits());
            try (MemoryStore store = Start.open(settings, rules, log, clock, metrics);
                    ConfirmedNames hostNames =
                            ConfirmedNames.from(
                                    settings.exempt().resolver(), System::nanoTime, metrics);
                    SpfLookups spf =
                            SpfLookups.from(
                                    settings.exempt().resolver(),
                                    () -> System.nanoTime() / 1_000_000,
                                    metrics);
                    ListLookups dnsLists =
                            new ListLookups(
                                    settings.exempt().resolver(), System::nanoTime, metrics);
                    Saver saver = new Saver(store, clock, Main::bug);
                    Housekeeping housekeeping = new Housekeeping(Main::bug);
                    ControlSocket control = new ControlSocket(frontEnds.budget(), FrontEnds::bug)) {
                frontEnds.readToken(settings.saveFile(), log);
                ExemptionSources exemptions = Start.exemptions(lists, settings, clock, log);
                DecisionLog decisions = settings.logFormat().decisions(log);
                monitoring.watch(store, clock, settings.entriesMax());
                Tally tally = new Tally(metrics, System::nanoTime);
                Store kept = settings.debug() ? new SavingStore(store, saver::request) : store;
                Watchers watchers = new Watchers(clock::wallOffsetSeconds);
                Gate gate =
                        new Gate(
                                new Gate.Terms(
                                        exemptions.inForce(),
                                        rules,
                                        watchers.beside(decisions),
                                        settings.observe()),
                                kept,
                                tally,
                                hostNames,
                                new DnsSpf(spf),
                                dnsLists);
                metrics.read(Metric.OBSERVES, () -> gate.observes() ? 1 : 0);
                metrics.read(Metric.EXEMPTIONS_CUT_SHORT, () -> gate.exemptions().cutShort());
                metrics.read(Metric.POOLS_NOT_LEARNED, gate::poolsNotLearned);
                exemptions.tell(gate::exempt);
                Status status = new Status(log, clock, udp, frontEnds, gate, store, saver);
                Report report =
                        new Report(settings.saveFile(), log, clock, udp, frontEnds, store, gate);
                Reloader reloader =
                        new Reloader(
                                sources,
                                configuration,
                                decisions,
                                new Reloader.Parts(
                                        gate, exemptions, watchers, store, saver, udp, frontEnds),
                                clock,
                                log);
                reloader.measure(metrics);
                report.tellProblems(() -> reloader.problemsAnd(monitoring.all()));
                Supplier<Reloaded> reload = () -> supervisor.reloading(reloader::reload);
                BooleanSupplier reloads = () -> reload.get().refusal().isEmpty();
                Runnable reloadOnly =
                        () -> {
                            boolean _ = reloads.getAsBoolean(); // The log says what came of it.
                        };
                saver.start(settings.saveSeconds(), settings.fsync(), Background::giveWay);
                housekeeping.start(
                        List.of(status::everySecond, exemptions::everySecond, report::everySecond));
                udp.start(new UdpHandler(gate, clock, udp));
                frontEnds.start(gate, clock, new Operator(status::saveAndTell, reloads));
                frontEnds.tell(log);
                report.answer(control, settings.control(), watchers, reload, exemptions);
                signals.on("HUP", reloadOnly);
                signals.on("USR1", status::saveAndTell);
                signals.on("ALRM", status::saveAndTell);
                if (settings.observe()) {
                    log.tell(Event.TRIAL, "all mail passes");
                }
                log.tell(Event.STARTED, udp.localEndpoint().toString());
                if (store.beganEmpty()) { // Not before: the log begins as the original's does.
                    log.tell(
                            Event.EMPTY,
                            settings.saveFile()
                                    + " yet; nothing is remembered; if this is not the first start,"
                                    + " look at the path");
                }
                supervisor.ready(udp::moves, status::summary);

                signals.awaitStop();
                supervisor.stopping();
                housekeeping.stop();
                hostNames.stop(); // Nobody waits for a name any more.
                control.stop();
                frontEnds.stop(); // No more answers
                udp.stop(); // to anybody,
                saver.stop(); // no more saves in the background,
                // and what is known goes to the save file.
                ExitStatus end = new LastSave(store, clock, settings, signals, log).save();
                if (end == ExitStatus.STOPPED) {
                    log.tell(Event.STOPPED, udp.localEndpoint().toString());
                }
                return end;
            }
        }
    }

    /// A bug in a thread that owns state: what was answered is in the journal, so the process ends
    /// and its supervisor starts it anew.
    private static void bug(Thread thread, Throwable bug) {
        System.err.println(
                "greydaemon: bug in thread " + thread.getName() + "; please report this:");
        bug.printStackTrace();
        Runtime.getRuntime().halt(ExitStatus.BUG.number());
    }
}
