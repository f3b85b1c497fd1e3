package org.greydaemon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.decision.Rules;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.SpfChecks;
import org.greydaemon.gate.Tally;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.observe.StoreNotices;
import org.greydaemon.server.Datagram;
import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.LateAnswers;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.Fsync;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.StoreSettings;
import org.greydaemon.system.Niceness;
import org.greydaemon.wire.udp.UdpHandler;

import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/// What a successor does while the other daemon still answers: it answers questions that nobody has
/// asked, from a store of its own that has no files, until the JVM has compiled what answers. Else
/// a flood of questions comes faster than it is answered at first ([ADR
/// 25](docs/adr/0025-sockets-outlive-the-process.md)).
final class Rehearsal {
    /// Between 30,000, after which a busy machine was still slow, and 100,000, after which nothing
    /// was gained.
    private static final int QUESTIONS_MAX = 60_000;

    /// Twice what a busy machine needs for as many questions: the other daemon writes no save file
    /// meanwhile.
    private static final long NANOS_MAX = 10_000_000_000L;

    private static final int ENTRIES_MAX = 20_000;

    /// As many as are committed together under load.
    private static final int ROUND = 32;

    /// After how many questions it looks whether the other daemon is still there.
    private static final int LOOK = 1_000;

    private final DaemonSettings settings;
    private final SteadyClock clock;
    private final long questions;
    private final BooleanSupplier isAnswered;

    /// @param wanted how many questions, of which 60,000 are asked at most: few entries are no busy
    ///   daemon's
    /// @param isAnswered whether the other daemon still answers; if not, everybody waits for this
    ///   one
    Rehearsal(DaemonSettings settings, SteadyClock clock, long wanted, BooleanSupplier isAnswered) {
        this.settings = settings;
        this.clock = clock;
        questions = Math.min(wanted, QUESTIONS_MAX);
        this.isAnswered = isAnswered;
    }

    /// Plays, in a thread that gives way to the daemon that answers.
    ///
    /// @return how many questions were answered
    int play() {
        if (questions == 0 || !isAnswered.getAsBoolean()) {
            return 0;
        }
        FutureTask<Integer> played = new FutureTask<>(this::playNow);
        Thread.ofPlatform().name("rehearsal").start(played);
        try {
            return played.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("rehearsal", e);
        }
    }

    private int playNow() {
        Niceness.rehearsalGivesWay();
        Rules rules = settings.rules();
        Metrics metrics = new Metrics();
        try (LineLog log = new LineLog(OutputStream.nullOutputStream());
                MemoryStore store =
                        MemoryStore.withoutFiles(
                                new StoreSettings(
                                        settings.saveFile(),
                                        Fsync.NEVER,
                                        ENTRIES_MAX,
                                        rules.lifetimes()),
                                new StoreNotices(log, settings, clock, metrics),
                                new SecureRandom(),
                                clock.getAsLong())) {
            return ask(
                    new Gate(
                            new Gate.Terms(
                                    Exemptions.NONE, rules, settings.logFormat().decisions(log)),
                            store,
                            new Tally(metrics, System::nanoTime),
                            HostNames.NONE,
                            SpfChecks.NONE));
        }
    }

    private int ask(Gate gate) {
        UdpHandler handler = new UdpHandler(gate, clock, LateAnswers.NONE);
        Datagram datagram = new Datagram(0);
        byte[] reply = new byte[DatagramHandler.REPLY_MAX];
        long begun = System.nanoTime();
        int asked = 0;
        while (asked < questions && System.nanoTime() - begun < NANOS_MAX) {
            byte[] question = question(asked++);
            System.arraycopy(question, 0, datagram.begin(question.length), 0, question.length);
            handler.read(datagram);
            handler.beforeAnswers();
            int _ = handler.answer(datagram, reply);
            if (asked % ROUND == 0) {
                handler.beforeReplies();
            }
            if (asked % LOOK == 0 && !isAnswered.getAsBoolean()) {
                break;
            }
        }
        handler.beforeReplies();
        return asked;
    }

    /// Each from another network. Not formatted: the compilers would have to do with that, too.
    private static byte[] question(int number) {
        String client = "10." + (number >>> 8 & 0xff) + '.' + (number & 0xff) + ".7";
        String sender = Integer.toHexString(number) + "@sender.example";
        return ("I" + client + "\0F" + sender + "\0Trecipient@example.net\0").getBytes(ISO_8859_1);
    }
}
