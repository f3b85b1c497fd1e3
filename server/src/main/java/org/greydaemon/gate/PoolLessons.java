package org.greydaemon.gate;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rules;
import org.greydaemon.gate.FirstAskers.Asker;
import org.greydaemon.net.ClientNetwork;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.Store;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Learns from attempts that were judged which networks share a queue: mail that one of them has
/// begun comes again from another one, in time (docs/rules.md). Safe for use by several threads.
final class PoolLessons {
    /// The most networks of one owner that are learned, a sixteenth of all: whoever has a whole /32
    /// has 65,536 of them, and could leave no place to anybody else.
    static final int OF_OWNER_MAX = 256;

    private final Store store;
    private final FirstAskers askers = new FirstAskers();
    private final AtomicLong notLearned = new AtomicLong();

    /// How many networks of an owner were learned since {@link #countedFrom}. As many as there are
    /// networks, at most.
    @GuardedBy("this")
    private final Map<Long, Integer> owners = new HashMap<>();

    /// The time in seconds from which networks are counted; anew after each life of an entry.
    @GuardedBy("this")
    private long countedFrom;

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

    /// @return whether they would be learned, but there are too many
    private synchronized boolean tooMany(
            Attempt attempt, ModernRules rules, Asker first, long now) {
        if (now - countedFrom > rules.lifetimes().client()) {
            countedFrom = now; // What was learned before and not used since is forgotten.
            owners.clear();
        }
        long one = owner(first.high(), first.low());
        long other = owner(attempt.addressHigh(), attempt.addressLow());
        boolean isGreedy = learned(one) >= OF_OWNER_MAX || learned(other) >= OF_OWNER_MAX;
        long before = store.entries(Key.Kind.POOL_NETWORK);
        boolean tooMany =
                rules.finished(
                        attempt,
                        first.high(),
                        first.low(),
                        store,
                        now,
                        () -> isGreedy ? Long.MAX_VALUE : store.entries(Key.Kind.POOL_NETWORK));
        if (store.entries(Key.Kind.POOL_NETWORK) > before) {
            owners.merge(one, 1, Integer::sum);
            owners.merge(other, 1, Integer::sum);
        }
        return tooMany;
    }

    @GuardedBy("this")
    private int learned(long owner) {
        return owners.getOrDefault(owner, 0);
    }

    /// What usually has one owner: a /32 of IPv6 (RFC 6177 has sites get /48s of it), a /16 of
    /// IPv4.
    private static long owner(long high, long low) {
        return IpAddress.isIpv4(high, low) ? low >>> 16 : high >>> 32 << 32;
    }

    /// How often networks were not learned because there are too many.
    long notLearned() {
        return notLearned.get();
    }
}
