package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A trial lets all mail pass, and remembers, logs and counts as if it did not.
final class GateObserveTest {
    private final Decision decision = new Decision(1);
    private final Attempt attempt = new Attempt(Key.ADDRESS_MAX, 1);

    private Reason decide(TestGate gate, String client) {
        Attempts.fill(
                attempt,
                new Source(Source.Protocol.HTTP),
                client,
                "a@example.org",
                "b@example.net");
        gate.gate().decide(attempt, gate.clock().getAsLong(), decision);
        return decision.reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void allMailPassesAndTheReasonsStayTheSame(String rules) {
        TestGate gate =
                (rules.equals("modern") ? TestGate.modern() : TestGate.original()).observe();
        assertThat(decide(gate, "192.0.2.7")).isEqualTo(Reason.NEW);
        assertThat(decision.accepts()).isTrue();
        assertThat(decision.isObserved()).isTrue();
        gate.pass(10);
        assertThat(decide(gate, "192.0.2.7")).isEqualTo(Reason.EARLY);
        assertThat(decision.accepts()).isTrue();
        gate.pass(300);
        assertThat(decide(gate, "192.0.2.7")).isEqualTo(Reason.PASSED);
        assertThat(decision.isObserved()).as("it passes anyway").isFalse();
        assertThat(decide(gate, "198.51.100.1")).isEqualTo(Reason.EXEMPT);
        assertThat(gate.decided())
                .containsExactly(Reason.NEW, Reason.EARLY, Reason.PASSED, Reason.EXEMPT);
        assertThat(gate.tally().countObserved()).isEqualTo(2);
        assertThat(gate.store().entries()).isPositive();
    }

    @Test
    void withoutATrialNothingIsObserved() {
        TestGate gate = TestGate.original();
        assertThat(decide(gate, "192.0.2.7")).isEqualTo(Reason.NEW);
        assertThat(decision.accepts()).isFalse();
        assertThat(gate.tally().countObserved()).isZero();
    }

    @Test
    void whatIsForeseenIsWhatWouldBeAnswered() {
        TestGate gate = TestGate.modern().observe();
        decide(gate, "192.0.2.7");
        gate.ledger().foresee(attempt, gate.clock().getAsLong(), decision);
        assertThat(decision.reason()).isEqualTo(Reason.EARLY);
        assertThat(decision.accepts()).isTrue();
        assertThat(gate.tally().countObserved()).as("nobody has asked").isEqualTo(1);
    }

    @Test
    void aMalformedRequestGetsNoVerdictEither() {
        TestGate gate = TestGate.original().observe();
        attempt.start(new Source(Source.Protocol.UDP));
        attempt.fault(Attempt.Fault.NO_CLIENT);
        gate.gate().decide(attempt, gate.clock().getAsLong(), decision);
        assertThat(decision.accepts()).isFalse();
    }

    @Test
    void anExemptionThatChangesEndsNoTrial() {
        TestGate gate = TestGate.original().observe().exempt("sender c@example.org");
        assertThat(decide(gate, "192.0.2.7")).isEqualTo(Reason.NEW);
        assertThat(decision.accepts()).isTrue();
    }
}
