package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.Allocation;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Every datagram is looked at here: with clients and postmasters alone, what most sites have, this
/// must not cost a garbage collection.
final class ExemptionsAllocationTest {
    private static final int ATTEMPTS = 20_000;

    private final Attempt attempt = new Attempt(Key.ADDRESS_MAX, 2);
    private final Rules rules = new OriginalRules(new RetryWindow(1, 2), new Retention(1));
    private final Questions questions = new Questions();
    private long found;

    private static Exemptions exemptions(String... lines) throws MistakeException {
        return Exemptions.of(
                new ExemptionLists(
                        ClientList.parse("white", List.of("198.51.100.0/24")),
                        List.of(ExemptionFile.parse("f", List.of(lines))),
                        true),
                AllowedLines.NONE,
                0);
    }

    private void look(Exemptions exemptions) {
        for (int i = 0; i < ATTEMPTS; i++) {
            found += exemptions.decide(attempt, rules, questions) == Exemption.NONE ? 0 : 1;
            for (int j = 0; j < attempt.recipients(); j++) {
                found += attempt.isExempt(j) ? 1 : 0;
            }
            found += questions.isEmpty() ? 0 : 1;
        }
    }

    @Test
    void clientsAndPostmastersCostNothing() throws Exception {
        attempt.start(new Source(Source.Protocol.UDP));
        attempt.client("192.0.2.7".getBytes(US_ASCII), 0, 9);
        attempt.sender("a@b".getBytes(US_ASCII), 0, 3);
        attempt.recipient("postmaster@c".getBytes(US_ASCII), 0, 12);
        attempt.recipient("d@e".getBytes(US_ASCII), 0, 3);
        Allocation allocation = new Allocation();
        Exemptions clients = exemptions("client 203.0.113.0/24 until 2027-01-31");
        assertThat(allocation.least(() -> look(clients))).isZero();
        assertThat(found).isPositive();
        Exemptions senders = exemptions("sender x@y client 203.0.113.0/24");
        assertThat(allocation.least(() -> look(senders))).isPositive(); // The test can tell.
    }

    /// Whatever lines do, and however many they are, as long as they are found by the client; and
    /// though mail could be expected.
    @Test
    void fiftyThousandLinesOfClientsCostNothing() throws Exception {
        attempt.start(new Source(Source.Protocol.UDP));
        attempt.client("192.0.2.7".getBytes(US_ASCII), 0, 9);
        attempt.sender("a@b".getBytes(US_ASCII), 0, 3);
        attempt.recipient("d@e".getBytes(US_ASCII), 0, 3);
        String[] lines = new String[ExemptionFile.LINES_MAX];
        for (int i = 0; i < lines.length; i++) {
            String what = i % 3 == 0 ? "" : i % 3 == 1 ? "greylist reply \"later\" " : "observe ";
            lines[i] = what + "client 10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255);
        }
        Exemptions all = exemptions(lines);
        assertThat(new Allocation().least(() -> look(all))).isZero();
    }
}
