package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.metrics.Exposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// What was cut of an attempt, or could not be kept, never helps it to pass.
final class GateCutTest {
    private static final String POSTMASTER = "recipient postmaster@*";

    private final Decision decision = new Decision(10);
    private final Attempt attempt = new Attempt(10 * Key.ADDRESS_MAX, 10);

    private void attempt(String client, String sender, String... recipients) {
        Attempts.fill(attempt, new Source(Source.Protocol.HTTP), client, sender, recipients);
    }

    private Reason decide(TestGate gate) {
        gate.gate().decide(attempt, gate.clock().getAsLong(), decision);
        return decision.reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void anAttemptOfWhichRecipientsAreMissingIsNotExemptByTheOthers(String rules) {
        TestGate gate = TestGate.by(rules).exempt(POSTMASTER);
        attempt("192.0.2.7", "a@example.org", "postmaster@example.net", "postmaster@example.com");
        attempt.cut();
        assertThat(decide(gate)).isEqualTo(Reason.NEW);
        assertThat(decision.retryInSeconds()).isEqualTo(300);
        gate.pass(300);
        assertThat(decide(gate)).as("it comes back as others do").isEqualTo(Reason.PASSED);
    }

    @Test
    void itStaysExemptByItsClient() {
        TestGate gate = TestGate.modern();
        attempt("198.51.100.1", "a@example.org", "b@example.net");
        attempt.cut();
        assertThat(decide(gate)).isEqualTo(Reason.EXEMPT);
    }

    @Test
    void aRecipientThatIsCutIsNobodys() {
        TestGate gate = TestGate.modern().exempt("recipient @example.net");
        String domain = "@example.net";
        String local = "x".repeat(Key.ADDRESS_MAX - domain.length());
        attempt("192.0.2.7", "a@example.org", local + domain + ".attacker.example");
        assertThat(attempt.isCut()).isTrue();
        assertThat(decide(gate)).isEqualTo(Reason.NEW);
    }

    @Test
    void aSenderThatIsCutIsNotTheOneThatItLooksLike() {
        TestGate gate = TestGate.modern().exempt("sender *@example.org");
        String domain = "@example.org";
        String local = "x".repeat(Key.ADDRESS_MAX - domain.length());
        attempt("192.0.2.7", local + domain + ".attacker.example", "b@example.net");
        assertThat(decide(gate)).isEqualTo(Reason.NEW);
        attempt("192.0.2.7", "x" + domain, "b@example.net");
        assertThat(attempt.isCut()).isFalse();
        assertThat(decide(gate)).isEqualTo(Reason.EXEMPT);
    }

    @Test
    void whatWasCutIsCounted() {
        TestGate gate = TestGate.modern();
        attempt("192.0.2.7", "a@example.org", "b@example.net");
        decide(gate);
        decide(gate);
        attempt.cut();
        decide(gate);
        assertThat(Exposition.of(List.of()).write(gate.metrics()))
                .contains("greydaemon_attempts_cut_total{protocol=\"http\"} 1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aClientWithoutAnAddressIsUnidentifiedAndPasses(String rules) {
        TestGate gate = TestGate.by(rules);
        attempt("unknown", "a@example.org", "b@example.net");
        assertThat(decide(gate)).isEqualTo(Reason.UNIDENTIFIED);
        assertThat(gate.store().entries()).isZero();
        assertThat(gate.tally().count(Reason.UNIDENTIFIED)).isEqualTo(1);
    }
}
