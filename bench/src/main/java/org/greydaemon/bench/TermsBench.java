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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.ArrayList;
import java.util.List;

/// Searches among the most lines that there may be of a kind, none of which fits: 50,000, or the
/// 1000 of a file that no index finds.
@State(Scope.Thread)
public class TermsBench {
    /// The condition that tells the lines apart; `tried` if none does that an index knows.
    @Param({"client", "clientNot", "sender", "recipient", "host", "helo", "tried"})
    public String kind = "";

    private static final int LINES = 50_000;
    private static final int TRIED = 1_000;

    private final Rules rules =
            new OriginalRules(new RetryWindow(300, 43_200), new Retention(86_400));
    private final Questions questions = new Questions();
    private final Attempt attempt = attempt();
    private Exemptions exemptions = Exemptions.NONE;

    /// Reads the lines.
    @Setup
    public void read() throws MistakeException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < (kind.equals("tried") ? TRIED : LINES); i++) {
            lines.add("greylist delay 60s " + condition(i));
        }
        exemptions =
                Exemptions.of(
                        new ExemptionLists(
                                ClientList.EMPTY, List.of(ExemptionFile.parse("f", lines)), true),
                        AllowedLines.NONE,
                        0);
    }

    private String condition(int i) {
        String client = "client 10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255);
        return switch (kind) {
            case "client" -> client;
            case "clientNot" -> client + " not tls";
            case "sender" -> "sender user" + i + "@example.org";
            case "recipient" -> "recipient user" + i + "@example.net";
            case "host" -> "host mx" + i + ".example.org";
            case "helo" -> "helo mx" + i + ".example.org";
            default -> "tls not sender user" + i + "@example.org";
        };
    }

    private static Attempt attempt() {
        Attempt attempt = new Attempt(1000, 1);
        attempt.start(new Source(Source.Protocol.POLICY));
        attempt.client("192.0.2.7".getBytes(US_ASCII), 0, 9);
        attempt.evidence().helo("mail.example.com");
        attempt.evidence().hosts(List.of("mail.example.com"));
        attempt.evidence().tls(false);
        byte[] octets = "alice@mail.example.com".getBytes(US_ASCII);
        attempt.sender(octets, 0, octets.length);
        attempt.recipient(octets, 0, octets.length);
        return attempt;
    }

    /// Looks for the line that decides.
    @Benchmark
    public Exemption decide() {
        return exemptions.decide(attempt, rules, questions);
    }
}
