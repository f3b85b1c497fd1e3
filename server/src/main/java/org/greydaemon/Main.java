package org.greydaemon;

import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.cli.ExitStatus;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.Signals;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.server.Succession;
import org.greydaemon.server.Supervisor;
import org.greydaemon.server.Umask;

import java.util.List;
import java.util.Locale;

/// The daemon: who exists, who knows whom, and in which order they start and stop.
public final class Main {
    private Main() {}

    /// Runs the daemon until SIGTERM or SIGINT; ends with an {@link ExitStatus}.
    public static void main(String[] args) {
        // Files, protocols and the log have our digits, whatever the locale's are.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
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
            Basis basis = Start.basis(parsed, clock, log);
            try {
                return run(signals, basis, new Succession(signals::stop));
            } catch (StartException e) {
                basis.predecessor().ifPresent(other -> other.failed(e.words()));
                throw e;
            }
        }
    }

    private static ExitStatus run(Signals signals, Basis basis, Succession succession)
            throws StartException {
        List<Integer> left;
        ExitStatus end;
        try (Supervisor supervisor = new Supervisor(System.getenv(), basis.log());
                Listening listening = Listening.open(basis, supervisor)) {
            try (Judging judging = judging(basis, listening, supervisor);
                    Operating operating =
                            new Operating(basis, listening, judging, supervisor, succession)) {
                listening.prepare(judging, operating.operator());
                new TakingOver(basis, judging).takeOver(signals); // Now nobody else answers.
                judging.share(basis.settings());
                listening.start(judging);
                judging.start(basis.settings());
                operating.keepHouse(signals);
                operating.listen(signals);
                operating.tellStarted();
                supervisor.ready(listening::moves, operating::summary);

                signals.awaitStop();
                supervisor.stopping();
                operating.stop(signals);
                judging.askNobody(); // Who waits for a name goes on without it.
                left = succession.isDue() ? leave(listening, judging) : List.of();
                listening.keepIf(succession.isUnderWay());
                listening.stop(); // No more answers,
                if (left.isEmpty()) {
                    end = judging.stop(basis, signals); // and what is known is saved.
                    listening.tell(end);
                    return end;
                }
                operating.leave(); // The history is in its file,
                end = judging.leave(basis, signals); // and what is known in others:
                succession.leave(); // who goes on with them waits for nothing else.
            }
        }
        // If the successor does not answer, nobody else does.
        return succession.isFollowed(signals::isToStop, () -> tellOfSilence(basis))
                ? end
                : run(signals, basis.again(left), succession.again());
    }

    private static void tellOfSilence(Basis basis) {
        basis.log()
                .tell(
                        Event.TAKE_OVER,
                        basis.settings().saveFile()
                                + ": the daemon that takes over has it and does not answer; kill"
                                + " that one, and this one goes on");
    }

    /// A successor goes on with the sockets, and with the other hosts.
    private static List<Integer> leave(Listening listening, Judging judging) {
        judging.shareNoMore();
        return listening.leave();
    }

    /// The lists are read by the user that the start was by. A second run has them, and is the user
    /// that it is to be.
    private static Judging judging(Basis basis, Listening listening, Supervisor supervisor)
            throws StartException {
        if (basis.orders().lists().isEmpty()) {
            Start.readLists(basis);
            Start.dropPrivileges(basis);
        }
        listening.asUser(supervisor);
        supervisor.loading(basis.settings().saveFile().toString());
        return Judging.open(basis);
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
