package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// What exemptions do to an attempt: nothing to those that they do not mean.
final class GateExemptionTest {
    private final Decision decision = new Decision(10);

    private Reason decide(TestGate gate, String... recipients) {
        gate.gate().decide(attempt(recipients), gate.clock().getAsLong(), decision);
        return decision.reason();
    }

    private static Attempt attempt(String... recipients) {
        return Attempts.attempt("192.0.2.7", "alice@example.org", recipients);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void anExemptSenderPassesAndLeavesNoEntry(String rules) {
        TestGate gate = TestGate.by(rules).exempt("sender example.org client 192.0.2.0/24");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(decision.recipients()).isZero();
        assertThat(gate.store().entries()).isZero();
        assertThat(gate.gate().terms().exemptions().all().getLast().uses()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void anExemptRecipientPassesAlone(String rules) {
        TestGate gate = TestGate.by(rules).exempt("recipient support@example.net");
        assertThat(decide(gate, "support@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(decision.recipients()).isEqualTo(1);
        assertThat(gate.store().entries()).isZero();
    }

    /// Else whoever adds the postmaster to the recipients would pass for all of them.
    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void amongOthersAnExemptRecipientDecidesNothing(String rules) {
        TestGate gate = TestGate.by(rules).exempt("recipient support@example.net");
        assertThat(decide(gate, "support@example.net", "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.recipientReason(0)).isEqualTo(Reason.EXEMPT);
        assertThat(decision.recipientReason(1)).isEqualTo(Reason.NEW);
        assertThat(gate.store().entries()).isEqualTo(1);
        gate.pass(300);
        assertThat(decide(gate, "bob@example.net", "support@example.net")).isEqualTo(Reason.PASSED);
    }

    @Test
    void whoHasNotOptedInIsNotGreylisted() {
        TestGate gate = TestGate.modern().exempt("opt-in example.net");
        assertThat(decide(gate, "bob@example.com")).isEqualTo(Reason.EXEMPT);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
    }

    @Test
    void theNameOfTheHostIsLookedUpWhenItMatters() {
        TestGate gate =
                TestGate.modern()
                        .exempt("host .outlook.example")
                        .host("192.0.2.7", "mx1.outlook.example");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.EXEMPT);
        TestGate other = TestGate.modern().exempt("host .outlook.example");
        assertThat(decide(other, "bob@example.net")).isEqualTo(Reason.NEW);
    }

    /// No mail waits for DNS that passes anyway.
    @Test
    void theNameIsNotLookedUpForMailThatPassesAnyway() {
        TestGate gate = TestGate.modern().exempt("host .example.org");
        long now = gate.clock().getAsLong();
        assertThat(asksFirst(gate, attempt("bob@example.net"))).isTrue();
        Attempt authenticated = attempt("bob@example.net");
        authenticated.authenticated();
        assertThat(asksFirst(gate, authenticated)).isFalse();
        Attempt told = attempt("bob@example.net");
        told.hosts(List.of());
        assertThat(asksFirst(gate, told)).isFalse();
        gate.ledger().prove(attempt("bob@example.net"), now);
        assertThat(asksFirst(gate, attempt("bob@example.net"))).isFalse();
        assertThat(gate.decided()).containsExactly(Reason.AUTHENTICATED, Reason.NEW, Reason.KNOWN);
    }

    private static boolean asksFirst(TestGate gate, Attempt attempt) {
        return !gate.gate().judge(attempt, gate.clock().getAsLong(), new Decision(1));
    }
}
