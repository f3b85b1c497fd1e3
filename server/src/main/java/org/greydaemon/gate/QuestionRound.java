package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Places;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.metrics.Timer;

/// The questions that one thread answers together: judged one by one, committed once, and measured
/// as if each had taken the same time. Confined to the thread.
public final class QuestionRound {
    private final Gate gate;
    private final Timer timer;
    private final Places places = new Places();
    private long started;
    private int length;

    /// @param protocol by which is asked
    public QuestionRound(Gate gate, Protocol protocol) {
        this.gate = gate;
        timer = gate.time(protocol);
    }

    /// One more is going to be judged.
    public void question() {
        if (length++ == 0) {
            started = timer.start();
        }
    }

    /// Says that one of them gets its answer later: there it is measured, so that each is once.
    public void late() {
        length--;
    }

    /// Judges one more as {@link Gate#judge} does; what must be found out first makes it late.
    public boolean judge(Attempt attempt, long now, Decision decision) {
        question();
        boolean isJudged = gate.judge(attempt, now, decision);
        if (!isJudged) {
            late();
        }
        return isJudged;
    }

    /// Whether an attempt is judged sooner if all of the round are read before. Under the modern
    /// rules it is not: each has keys of some 15 KB, and 32 of them push each other out of the
    /// processor's cache.
    public boolean readsAhead() {
        return gate.terms().rules() instanceof OriginalRules;
    }

    /// Says that an attempt of the round is going to be judged, if it {@link #readsAhead}.
    public void expect(Attempt attempt) {
        if (gate.terms().rules() instanceof OriginalRules rules) {
            rules.expect(attempt, gate.store(), places);
        }
    }

    /// Has the store fetch what all that are expected will be looked up by.
    public void fetch() {
        gate.store().fetch(places);
        places.clear();
    }

    /// Returns when what was judged would survive the death of the process.
    public void commit() {
        if (length > 0) {
            gate.commit();
            timer.stop(started, length);
            length = 0;
        }
    }
}
