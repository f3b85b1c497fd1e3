package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rules;
import org.greydaemon.gate.FirstAskers.Asker;
import org.greydaemon.net.ClientNetwork;
import org.greydaemon.store.Store;

import java.util.concurrent.atomic.AtomicLong;

/// Learns from attempts that were judged which networks share a queue: mail that one of them has
/// begun comes again from another one, in time (docs/rules.md). Safe for use by several threads.
final class PoolLessons {
    private final Store store;
    private final FirstAskers askers = new FirstAskers();
    private final AtomicLong notLearned = new AtomicLong();

    PoolLessons(Store store) {
        this.store = store;
    }

    /// Learns from an attempt that has been judged.
    void after(Attempt attempt, Rules rules, Decision decision, long now) {
        if (!(rules instanceof ModernRules modern)
                || decision.isObserved() // It passes, so nothing waits.
                || !modern.teaches(attempt, decision)) {
            return;
        }
        Asker first =
                askers.asks(
                        modern.envelope(attempt),
                        ClientNetwork.high(attempt.addressHigh(), attempt.addressLow()),
                        ClientNetwork.low(attempt.addressHigh(), attempt.addressLow()),
                        now,
                        modern.window().maxSeconds(),
                        decision.reason() == Reason.PASSED);
        boolean isInTime =
                first != null && modern.window().judge(first.time(), now) == Reason.PASSED;
        if (first != null && isInTime && tooMany(attempt, modern, first, now)) {
            notLearned.incrementAndGet();
        }
    }

    private boolean tooMany(Attempt attempt, ModernRules rules, Asker first, long now) {
        return rules.finished(
                attempt,
                first.high(),
                first.low(),
                store,
                now,
                () -> store.entries(Key.Kind.POOL_NETWORK));
    }

    /// How often networks were not learned because there are too many.
    long notLearned() {
        return notLearned.get();
    }
}
