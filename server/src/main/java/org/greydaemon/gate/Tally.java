package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Histogram;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.metrics.Timer;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/// Counts what was decided, and how long it took. Safe for use by several threads; takes no lock
/// and creates no garbage.
public final class Tally {
    private final Map<Protocol, Map<Reason, Counter>> decisions = new EnumMap<>(Protocol.class);
    private final Map<Protocol, Timer> times = new EnumMap<>(Protocol.class);
    private final Map<Protocol, Counter> cut = new EnumMap<>(Protocol.class);
    private final Histogram delays;
    private final ProviderWaits providers = new ProviderWaits(Metrics.bounds(Metric.DELAY_SECONDS));
    private final Counter observed;
    private final Counter proven;
    private final Map<Suspicion, Counter> suspects = new EnumMap<>(Suspicion.class);

    /// @param metrics where the figures can be read
    /// @param nanos the monotonic clock, in nanoseconds
    public Tally(Metrics metrics, LongSupplier nanos) {
        for (Protocol protocol : Protocol.values()) {
            String word = protocol.word();
            Map<Reason, Counter> counters = new EnumMap<>(Reason.class);
            for (Reason reason : Reason.values()) {
                counters.put(reason, metrics.counter(Metric.DECISIONS, word, reason.word()));
            }
            decisions.put(protocol, counters);
            cut.put(protocol, metrics.counter(Metric.CUT, word));
            times.put(protocol, new Timer(metrics.histogram(Metric.DECISION_SECONDS, word), nanos));
        }
        delays = metrics.histogram(Metric.DELAY_SECONDS);
        observed = metrics.counter(Metric.OBSERVED);
        proven = metrics.counter(Metric.PROVEN);
        for (Suspicion why : Suspicion.values()) {
            if (why != Suspicion.NONE) {
                String word = why.word().replace('-', '_');
                suspects.put(why, metrics.counter(Metric.SUSPECTS, word));
            }
        }
    }

    /// Measures how long the decisions of a protocol take.
    Timer time(Protocol protocol) {
        return Objects.requireNonNull(times.get(protocol));
    }

    /// @param rules know who runs the client's host
    void decided(Attempt attempt, Rules rules, Decision decision) {
        Reason reason = decision.reason();
        counter(attempt.source().protocol(), reason).increment();
        if (attempt.isCut()) {
            Objects.requireNonNull(cut.get(attempt.source().protocol())).increment();
        }
        if (decision.isObserved()) {
            observed.increment();
        }
        if (decision.hasProved()) {
            proven.increment();
        }
        if (decision.suspicion() != Suspicion.NONE && !reason.accepts()) {
            Objects.requireNonNull(suspects.get(decision.suspicion())).increment();
        }
        // With the modern rules the null sender proves no client: a triplet of it passes again and
        // again, hours after a first attempt that was another message's.
        if (reason == Reason.PASSED && !attempt.isNullSender()) {
            // The longest first, so that whoever reads meanwhile finds no quantile beyond it.
            providers.passed(
                    rules.provider(attempt).orElse(ProviderWaits.NO_NAME),
                    decision.waitedSeconds());
            delays.observe(decision.waitedSeconds());
        }
    }

    private Counter counter(Protocol protocol, Reason reason) {
        return Objects.requireNonNull(Objects.requireNonNull(decisions.get(protocol)).get(reason));
    }

    /// How long mail that passed had waited, by provider.
    public ProviderWaits providers() {
        return providers;
    }

    /// How many attempts passed only because somebody looks on.
    public long countObserved() {
        return observed.value();
    }

    /// How many attempts were judged.
    public long count() {
        long count = 0;
        for (Reason reason : Reason.values()) {
            count += count(reason);
        }
        return count;
    }

    /// How many attempts were judged with this reason.
    public long count(Reason reason) {
        long count = 0;
        for (Protocol protocol : Protocol.values()) {
            count += counter(protocol, reason).value();
        }
        return count;
    }
}
