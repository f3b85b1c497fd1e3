package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// The names of hosts that lines ask for are looked up where they matter, and only there.
final class GateNamesTest extends GateAsked {
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
        authenticated.evidence().authenticated();
        assertThat(asksFirst(gate, authenticated)).isFalse();
        Attempt told = attempt("bob@example.net");
        told.evidence().hosts(List.of());
        assertThat(asksFirst(gate, told)).isFalse();
        gate.ledger().prove(attempt("bob@example.net"), now);
        assertThat(asksFirst(gate, attempt("bob@example.net"))).isFalse();
        assertThat(gate.decided()).containsExactly(Reason.AUTHENTICATED, Reason.NEW, Reason.KNOWN);
    }

    private static boolean asksFirst(TestGate gate, Attempt attempt) {
        return !gate.gate().judge(attempt, gate.clock().getAsLong(), new Decision(1));
    }

    /// No mail waits for DNS whose fate does not depend on it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pass confirmed                          | greylist | NONE  | true",
                "pass confirmed                          | pass     | NONE  | false",
                "greylist confirmed                      | greylist | NONE  | true",
                "greylist confirmed                      | pass     | NONE  | true",
                "greylist confirmed                      | pass     | KNOWN | false",
                "pass confirmed                          | greylist | KNOWN | false",
                "pass confirmed recipient bob@example.net   | greylist | NONE | true",
                "pass confirmed recipient carol@example.net | greylist | NONE | false",
                "greylist confirmed recipient bob@example.net | pass | NONE | true",
                "pass confirmed                          | greylist | WAITED | false",
                "greylist confirmed                      | greylist | WAITED | true",
            })
    void dnsIsAskedOnlyWhenItMatters(String line, String otherwise, String proven, boolean asks) {
        TestGate gate =
                otherwise.equals("pass")
                        ? TestGate.modern().otherwisePasses(line)
                        : TestGate.modern().exempt(line);
        if (proven.equals("KNOWN")) {
            gate.ledger().prove(attempt("bob@example.net"), gate.clock().getAsLong());
        } else if (proven.equals("WAITED")) {
            gate.ledger().startClock(attempt("bob@example.net"), gate.clock().getAsLong());
            gate.pass(300);
        }
        boolean judged =
                gate.gate().judge(attempt("bob@example.net"), gate.clock().getAsLong(), decision);
        assertThat(!judged).isEqualTo(asks);
    }
}
