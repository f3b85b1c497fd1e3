package org.greydaemon.bench;

import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.SpfChecks;
import org.greydaemon.gate.Tally;
import org.greydaemon.log.LineLog;
import org.greydaemon.log.OriginalLines;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.Datagram;
import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.LateAnswers;
import org.greydaemon.wire.udp.UdpHandler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.OutputStream;

/// What the daemon does between receiving a datagram and sending its answer: everything but the
/// system calls for the network; the one for the journal is paid once in 32 requests.
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls open() first.
public class AnswerBench {
    private static final long NOW = 1_700_000_000;
    private static final long RETRY = NOW + 300;
    private static final int REMEMBERED = 100_000;

    /// A step that has no factor in common with {@link #REMEMBERED}, so that requests come in
    /// another order than entries lie in memory.
    private static final int STRIDE = 7919;

    private static final int EARLY = 0;
    private static final int PROVEN = 50_000_000;
    private static final int NEW = 10_000_000;
    private static final int ROUND = 32;

    private final Request request = new Request();
    private final Datagram datagram = new Datagram(0);
    private final byte[] reply = new byte[DatagramHandler.REPLY_MAX];
    private TemporaryStore store;
    private LineLog log;
    private UdpHandler handler;
    private int asked;

    /// Remembers some triplets and proves some clients.
    @Setup(Level.Trial)
    public void open() {
        store = new TemporaryStore(NOW);
        log = new LineLog(OutputStream.nullOutputStream());
        handler = handler(NOW);
        askAll(PROVEN);
        handler = handler(RETRY);
        askAll(PROVEN);
        askAll(EARLY);
        asked = 0;
    }

    private UdpHandler handler(long now) {
        OriginalRules rules =
                new OriginalRules(new RetryWindow(300, 43_200), new Retention(604_800));
        Gate gate =
                new Gate(
                        new Gate.Terms(Exemptions.NONE, rules, new OriginalLines(log)),
                        store.store(),
                        new Tally(new Metrics(), System::nanoTime),
                        HostNames.NONE,
                        SpfChecks.NONE);
        return new UdpHandler(gate, () -> now, LateAnswers.NONE);
    }

    private void askAll(int first) {
        for (int i = 0; i < REMEMBERED; i++) {
            ask(first + i);
        }
    }

    /// Forgets everything.
    @TearDown(Level.Trial)
    public void close() {
        log.close();
        store.close();
    }

    private int ask(int number) {
        byte[] octets = request.number(number).octets();
        int length = request.length();
        System.arraycopy(octets, 0, datagram.begin(length), 0, length);
        handler.read(datagram);
        handler.beforeAnswers();
        int answered = handler.answer(datagram, reply);
        if (++asked % ROUND == 0) {
            handler.beforeReplies();
        }
        return answered;
    }

    private int remembered() {
        return (int) ((long) asked * STRIDE % REMEMBERED);
    }

    /// A triplet that was never seen: remembered, journaled, deferred.
    @Benchmark
    public int newTriplet() {
        return ask(NEW + asked);
    }

    /// A triplet that was seen a moment ago: deferred.
    @Benchmark
    public int earlyRetry() {
        return ask(EARLY + remembered());
    }

    /// A client that is proven: accepted.
    @Benchmark
    public int knownClient() {
        return ask(PROVEN + remembered());
    }
}
