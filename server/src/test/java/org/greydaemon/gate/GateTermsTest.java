package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What lines do to mail that they have wait: how long, with which words, and whether in earnest.
final class GateTermsTest extends GateAsked {
    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineChangesTheWaitAndTheReplySaysSo(String rules) {
        TestGate gate = TestGate.by(rules).exempt("greylist delay 60s recipient bob@example.net");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.retryInSeconds()).isEqualTo(60);
        assertThat(by()).isEqualTo("exemptions:1");
        gate.pass(20);
        gate.ledger().foresee(attempt("bob@example.net"), gate.clock().getAsLong(), decision);
        assertThat(decision.reason()).isEqualTo(Reason.EARLY);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.EARLY);
        assertThat(decision.retryInSeconds()).isEqualTo(40);
        assertThat(decide(gate, "carol@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.retryInSeconds()).isEqualTo(300);
        assertThat(by()).isEmpty();
        gate.pass(40);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.PASSED);
        assertThat(gate.gate().terms().exemptions().all().toList().getLast().uses()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "original, 50000, LATE",
        "modern, 50000, LATE",
        "original, 43199, PASSED",
        "modern, 43199, PASSED",
    })
    void otherMailHasTheUsualWindow(String rules, long wait, Reason reason) {
        TestGate gate = TestGate.by(rules).exempt("greylist window 2d recipient bob@example.net");
        decide(gate, "carol@example.net");
        gate.pass(wait);
        assertThat(decide(gate, "carol@example.net")).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineChangesTheWindow(String rules) {
        TestGate gate = TestGate.by(rules).exempt("greylist window 2d recipient bob@example.net");
        decide(gate, "bob@example.net");
        gate.pass(2 * 86_400 - 1);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.PASSED);
        TestGate shorter =
                TestGate.by(rules).exempt("greylist delay 10s window 60s sender example.org");
        decide(shorter, "bob@example.net");
        shorter.pass(60);
        assertThat(decide(shorter, "bob@example.net")).isEqualTo(Reason.LATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void recipientsOfOneMessageHaveEachTheirOwnLine(String rules) {
        TestGate gate =
                TestGate.by(rules)
                        .exempt(
                                "greylist delay 60s recipient bob@example.net",
                                "pass client 192.0.2.0/24 sender example.org");
        Attempt attempt = attempt("carol@example.net", "bob@example.net");
        assertThat(decide(gate, attempt)).isEqualTo(Reason.NEW);
        assertThat(decision.retryInSeconds()).isEqualTo(60);
        assertThat(decision.recipientReason(0)).isEqualTo(Reason.EXEMPT);
        assertThat(by()).isEqualTo("exemptions:1");
        assertThat(decide(gate, "carol@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(decision.recipients()).isEqualTo(1); // Another recipient may wait.
    }

    @Test
    void aLineSaysWhatItsClientsAreTold() {
        TestGate gate =
                TestGate.modern()
                        .exempt(
                                "greylist reply \"Write to \\\"help #1\\\" %s\" recipient"
                                        + " bob@example.net # why");
        decide(gate, "bob@example.net");
        assertThat(Deferral.of(decision, 0).reply()).contains("Write to \"help #1\" %s");
        decide(gate, "carol@example.net");
        assertThat(Deferral.of(decision, 0).reply()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineThatObservesLetsItsMailPassAndRemembersIt(String rules) {
        TestGate gate = TestGate.by(rules).exempt("observe delay 60s recipient bob@example.net");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.accepts()).isTrue();
        assertThat(decision.isObserved()).isTrue();
        assertThat(by()).isEqualTo("exemptions:1");
        assertThat(decide(gate, "carol@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.accepts()).isFalse();
        gate.pass(60);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.PASSED);
        assertThat(decision.isObserved()).isFalse();
        assertThat(gate.gate().terms().exemptions().observes()).isTrue();
        assertThat(gate.tally().countObserved()).isOne();
    }

    /// Others of the same message wait, and with them it.
    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineThatObservesHelpsNobodyElse(String rules) {
        TestGate gate = TestGate.by(rules).exempt("observe recipient bob@example.net");
        decide(gate, "bob@example.net", "carol@example.net");
        assertThat(decision.accepts()).isFalse();
        decide(gate, "carol@example.net", "bob@example.net");
        assertThat(decision.accepts()).isFalse();
        TestGate both =
                TestGate.by(rules)
                        .exempt(
                                "observe recipient bob@example.net",
                                "pass recipient dora@example.net",
                                "observe recipient carol@example.net");
        decide(both, "bob@example.net", "dora@example.net", "carol@example.net");
        assertThat(decision.isObserved()).isTrue();
        Attempt cut = attempt("bob@example.net");
        cut.cut();
        decide(both, cut);
        assertThat(decision.accepts()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineThatObservesAllClientsOfANetwork(String rules) {
        TestGate gate = TestGate.by(rules).exempt("observe client 192.0.2.0/24");
        decide(gate, "bob@example.net", "carol@example.net");
        assertThat(decision.isObserved()).isTrue();
    }
}
