package org.greydaemon.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.mistake.MistakeException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.ArrayList;
import java.util.List;

/// Searches for an exemption of a sender among 999 lines with wildcards that no index helps with:
/// those of usual length, and one that was made to take long.
@State(Scope.Thread)
public class ExemptionsBench {
    private static final int LINES = 999;

    private final Rules rules =
            new OriginalRules(new RetryWindow(300, 43_200), new Retention(86_400));
    private final Questions questions = new Questions();
    private final Exemptions exemptions = exemptions();
    private final Attempt usual = attempt("alice@mail.example.org");
    private final Attempt hostile = attempt("a".repeat(1_990) + "@example.org");

    private static Exemptions exemptions() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            lines.add("sender *a*a*a*a*a*a*b" + i + "*@*");
        }
        try {
            return Exemptions.of(
                    new ExemptionLists(
                            ClientList.EMPTY, List.of(ExemptionFile.parse("f", lines)), false),
                    AllowedLines.NONE,
                    0);
        } catch (MistakeException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Attempt attempt(String sender) {
        Attempt attempt = new Attempt(1000, 1);
        attempt.start(new Source(Source.Protocol.UDP));
        attempt.client("192.0.2.7".getBytes(US_ASCII), 0, 9);
        byte[] octets = sender.getBytes(US_ASCII);
        attempt.sender(octets, 0, octets.length);
        attempt.recipient(octets, 0, 1);
        return attempt;
    }

    /// A sender of usual length.
    @Benchmark
    public Exemption usualText() {
        return exemptions.decide(usual, rules, questions);
    }

    /// A sender of 2 kB.
    @Benchmark
    public Exemption hostileText() {
        return exemptions.decide(hostile, rules, questions);
    }
}
