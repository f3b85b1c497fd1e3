package org.greydaemon;

import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.cli.ExitStatus;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.log.LineLog;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.Signals;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.server.Succession;
import org.greydaemon.server.Supervisor;
import org.greydaemon.server.Umask;

import java.util.List;

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
                status = run(signals, parsed).number();
            } catch (StartException e) {
                System.err.println("greydaemon: " + e.getMessage());
                status = e.status().number();
            } catch (RuntimeException | Error bug) {
                bug(Thread.currentThread(), bug); // Threads that go on must not keep it alive.
            }
        }
        System.exit(status);
    }

    private static ExitStatus run(Signals signals, DaemonCommand.Parsed parsed)
            throws StartException {
        DaemonSettings settings = parsed.settings().orElseThrow();
        SteadyClock clock =
                new SteadyClock(System::currentTimeMillis, System::nanoTime, SteadyClock.RELEASED);
        try (LineLog log = LogOutput.open(settings, clock)) {
            Basis basis = Start.basis(settings, clock, log, parsed.takesOver());
            try {
                return run(signals, parsed, basis);
            } catch (StartException e) {
                basis.predecessor().ifPresent(other -> other.failed(e.words()));
                throw e;
            }
        }
    }

    private static ExitStatus run(Signals signals, DaemonCommand.Parsed parsed, Basis basis)
            throws StartException {
        DaemonSettings settings = basis.settings();
        LineLog log = basis.log();
        Succession succession = new Succession(signals::stop, basis.clock());
        List<Integer> left;
        try (Supervisor supervisor = new Supervisor(System.getenv(), log);
                Listening listening = Listening.open(basis, supervisor)) {
            try (Judging judging = judging(parsed, basis, listening, supervisor);
                    Operating operating =
                            new Operating(
                                    basis, listening, judging, supervisor, parsed, succession)) {
                judging.start(settings);
                operating.keepHouse();
                listening.start(judging, operating.operator());
                operating.listen(signals);
                operating.tellStarted();
                supervisor.ready(listening::moves, operating::summary);

                signals.awaitStop();
                supervisor.stopping();
                judging.askNobody(); // Who waits for a name goes on without it.
                operating.stop();
                left = succession.isDue() ? listening.leave() : List.of();
                listening.stop(); // No more answers,
                judging.exemptions().stop();
                if (left.isEmpty()) {
                    ExitStatus end = judging.stop(basis, signals); // and what is known is saved.
                    listening.tell(end);
                    return end;
                }
            }
        }
        // What is known is in the files. If the successor does not answer, nobody else does.
        return succession.leave() ? ExitStatus.STOPPED : run(signals, parsed, basis.again(left));
    }

    /// The lists are read by the user that the start was by. Here they have an end: what `run` knew
    /// would be in memory for as long as it goes on, whatever a reload reads.
    private static Judging judging(
            DaemonCommand.Parsed parsed, Basis basis, Listening listening, Supervisor supervisor)
            throws StartException {
        ExemptionLists lists = Start.exemptionLists(basis.settings(), basis.log());
        Start.dropPrivileges(parsed, basis.log());
        listening.asUser(supervisor);
        supervisor.loading(basis.settings().saveFile().toString());
        return Judging.open(basis, lists);
    }

    /// A bug in a thread that owns state: what was answered is in the journal, so the process ends
    /// and its supervisor starts it anew.
    static void bug(Thread thread, Throwable bug) {
        System.err.println(
                "greydaemon: bug in thread " + thread.getName() + "; please report this:");
        bug.printStackTrace();
        Runtime.getRuntime().halt(ExitStatus.BUG.number());
    }
}
