package org.greydaemon.bench;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The rules alone, on a memory that says of each triplet that it is a minute old.
@State(Scope.Thread)
public class RulesBench {
    private static final long NOW = 1_700_000_000;
    private static final RetryWindow WINDOW = new RetryWindow(300, 43_200);

    private final Rules original = new OriginalRules(WINDOW, new Retention(604_800));
    private final Rules modern = new ModernRules(WINDOW, new Retention(604_800));
    private final Memory memory =
            (key, rule, now) -> {
                long seen = key.isTriplet() ? now - 60 : Memory.NEVER;
                return rule.next(seen, now) == seen ? seen : Memory.NEVER;
            };
    private final Attempt attempt = attempt();
    private final Decision decision = new Decision(1);

    private static Attempt attempt() {
        byte[] octets = new Request().octets();
        Attempt attempt = new Attempt(1000, 1);
        attempt.start(new Source(Source.Protocol.UDP));
        attempt.client(octets, 1, 14);
        attempt.sender(octets, 16, 39);
        attempt.recipient(octets, 41, octets.length - 1);
        return attempt;
    }

    private Reason judge(Rules rules) {
        decision.start();
        rules.judge(attempt, memory, NOW, decision);
        return decision.reason();
    }

    /// The original's rules.
    @Benchmark
    public Reason original() {
        return judge(original);
    }

    /// The rules of RFC 6647.
    @Benchmark
    public Reason modern() {
        return judge(modern);
    }
}
