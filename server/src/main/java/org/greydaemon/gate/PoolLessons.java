package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.RetryWindow;
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
    private final PoolOwners owners;

    PoolLessons(Store store) {
        this.store = store;
        owners = new PoolOwners(store, PoolLessons::inThreadOfItsOwn);
    }

    private static void inThreadOfItsOwn(Runnable count) {
        Thread _ = Thread.ofPlatform().daemon().name("pools").start(count);
    }

    /// Learns from an attempt that has been judged.
    void after(Attempt attempt, Rules rules, Decision decision, long now) {
        if (!(rules instanceof ModernRules modern)
                || decision.isObserved() // It passes, so nothing waits.
                || !modern.teaches(attempt, decision)) {
            return;
        }
        RetryWindow window = modern.window(attempt.cause(0).waits()); // As it had to wait itself.
        Asker first =
                askers.asks(
                        modern.envelope(attempt),
                        ClientNetwork.high(attempt.addressHigh(), attempt.addressLow()),
                        ClientNetwork.low(attempt.addressHigh(), attempt.addressLow()),
                        now,
                        window.maxSeconds(),
                        decision.reason() == Reason.PASSED);
        if (first != null
                && window.judge(first.time(), now) == Reason.PASSED
                && tooMany(attempt, modern, first, now)) {
            notLearned.incrementAndGet();
        }
    }

    /// @return whether they would be learned, but there are too many
    private synchronized boolean tooMany(
            Attempt attempt, ModernRules rules, Asker first, long now) {
        long other = ClientNetwork.high(attempt.addressHigh(), attempt.addressLow());
        long[] taken = new long[1];
        boolean isRefused =
                rules.finished(
                        attempt,
                        first.high(),
                        first.low(),
                        store,
                        now,
                        () -> {
                            taken[0] = owners.take(first.high(), other, rules.lifetimes(), now);
                            return taken[0];
                        });
        return isRefused && taken[0] != PoolOwners.NOT_COUNTED; // Their next mail teaches it then.
    }

    /// How often networks were not learned because there are too many.
    long notLearned() {
        return notLearned.get();
    }
}
