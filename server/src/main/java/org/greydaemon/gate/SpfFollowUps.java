package org.greydaemon.gate;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.gate.SpfAnswers.Lately;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.Store;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/// Asks SPF after an answer has left: a first attempt is deferred whatever SPF says, so nobody has
/// to wait for it. What it says is remembered for the retry, which may come from another host of
/// the same domain (docs/rules.md). Safe for use by several threads.
final class SpfFollowUps {
    /// The most that are under way; beyond it a message merely goes without this one identity.
    private static final int UNDERWAY_MAX = 200;

    /// How long {@link #stop} waits for what is being remembered.
    private static final long STOP_SECONDS = 5;

    private final Store store;
    private final SpfChecks spf;
    private final SpfAnswers answers = new SpfAnswers();
    private final Semaphore room = new Semaphore(UNDERWAY_MAX);

    // Held while something is remembered.
    private final Semaphore remembering = new Semaphore(UNDERWAY_MAX);

    // Written by stop() before it waits for `remembering`, read by those who hold a part of it.
    private volatile boolean stopped;

    SpfFollowUps(Store store, SpfChecks spf) {
        this.store = store;
        this.spf = spf;
    }

    /// Asks about an attempt that has been judged, if there is anything to remember. What was found
    /// out lately is remembered at once, and is still to be committed.
    void after(Attempt attempt, Rules rules, Decision decision, long now) {
        boolean remembers = decision.reason().startsClock() || decision.reason() == Reason.PASSED;
        if (!remembers
                || !(rules instanceof ModernRules modern)
                || !modern.identification().spf()
                || !attempt.mayFollowSpf()
                || !spf.isAvailable()) {
            return;
        }
        boolean proves =
                decision.reason() == Reason.PASSED && decision.suspicion() == Suspicion.NONE;
        long about = answers.about(attempt);
        Lately said = answers.said(about, now);
        if (said == Lately.PASS) {
            modern.spfPassed(attempt, store, now, proves);
        } else if (said == Lately.NOTHING && room.tryAcquire()) {
            Attempt copy = copy(attempt);
            Thread.ofVirtual().name("spf").start(() -> follow(copy, about, modern, proves, now));
        }
    }

    private void follow(Attempt attempt, long about, ModernRules rules, boolean proves, long now) {
        try {
            IpAddress client = new IpAddress(attempt.addressHigh(), attempt.addressLow());
            Spf said = spf.afterwards(client, attempt.evidence().helo(), attempt.senderText());
            answers.keep(about, said, now);
            if (said == Spf.PASS) {
                attempt.evidence().spf(said);
                remember(attempt, rules, proves, now);
            }
        } finally {
            room.release();
        }
    }

    private void remember(Attempt attempt, ModernRules rules, boolean proves, long now) {
        remembering.acquireUninterruptibly(); // As many as there can be threads.
        try {
            if (!stopped) {
                rules.spfPassed(attempt, store, now, proves);
                store.commit();
            }
        } finally {
            remembering.release();
        }
    }

    /// Remembers nothing that SPF says from now on, so that the store can be closed, and waits for
    /// what is being remembered.
    ///
    /// @return whether that has ended
    boolean stop() {
        stopped = true;
        try {
            boolean ended = remembering.tryAcquire(UNDERWAY_MAX, STOP_SECONDS, SECONDS);
            if (ended) {
                remembering.release(UNDERWAY_MAX);
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Attempt copy(Attempt attempt) {
        int recipients = attempt.recipients();
        byte[] text = attempt.text();
        Attempt copy = new Attempt(attempt.recipientFrom(recipients), recipients);
        copy.start(new Source(attempt.source().protocol()));
        byte[] client =
                new IpAddress(attempt.addressHigh(), attempt.addressLow())
                        .toString()
                        .getBytes(StandardCharsets.ISO_8859_1);
        copy.client(client, 0, client.length);
        copy.evidence().helo(attempt.evidence().helo());
        attempt.evidence().hosts().ifPresent(copy.evidence()::hosts);
        copy.sender(text, attempt.clientTo(), attempt.senderTo());
        for (int i = 0; i < recipients; i++) {
            copy.recipient(text, attempt.recipientFrom(i), attempt.recipientFrom(i + 1));
        }
        for (int i = 0; i < recipients; i++) {
            copy.cause(i, attempt.cause(i)); // They may wait longer than others.
        }
        return copy;
    }
}
