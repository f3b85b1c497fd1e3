package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.junit.jupiter.api.Test;

/// Strangers in one IPv6 /64, and what an operator can do about it: what docs/rules.md says.
final class HomeNeighboursTest {
    private static final RetryWindow WINDOW = new RetryWindow(300, 43_200);
    private static final Retention RETENTION = new Retention(604_800);
    private static final String ONE = "2001:db8:1:2::1";
    private static final String OTHER = "2001:db8:1:2::bad";

    private final Rules modern = AllIdentities.after(300);

    private static TestGate named(TestGate gate) {
        return gate.host(ONE, "mx.one.example").host(OTHER, "mx.other.example");
    }

    private static Reason ask(TestGate gate, String client, String sender) {
        Attempt attempt = Attempts.attempt(client, sender, "bob@example.net");
        Decision decision = new Decision(1);
        gate.gate().decide(attempt, gate.clock().getAsLong(), decision);
        return decision.reason();
    }

    private static void prove(TestGate gate, Reason first, Reason then) {
        assertThat(ask(gate, ONE, "alice@one.example")).isEqualTo(first);
        gate.pass(300);
        assertThat(ask(gate, ONE, "alice@one.example")).isEqualTo(then);
    }

    @Test
    void whatOneProvesPassesTheOthersWhateverALineSays() {
        TestGate gate = named(TestGate.with(modern)).exempt("greylist delay 1h client " + OTHER);
        prove(gate, Reason.NEW, Reason.PASSED);
        assertThat(ask(gate, OTHER, "carol@other.example")).isEqualTo(Reason.KNOWN);
    }

    /// Its greatest value leaves a client its /64.
    @Test
    void theLengthOfTheNetworkDoesNotPartThem() {
        Identification who = new Identification(32, 64, null, true, '+', false);
        TestGate gate =
                TestGate.with(new ModernRules(WINDOW, RETENTION, who, AllIdentities.suspects()));
        prove(gate, Reason.NEW, Reason.PASSED);
        assertThat(ask(gate, OTHER, "carol@other.example")).isEqualTo(Reason.KNOWN);
    }

    @Test
    void whomALinePassesProvesNothingForItsNeighbours() {
        TestGate gate = named(TestGate.with(modern)).exempt("pass client " + ONE);
        prove(gate, Reason.EXEMPT, Reason.EXEMPT);
        assertThat(ask(gate, OTHER, "carol@other.example")).isEqualTo(Reason.NEW);
    }

    @Test
    void theOriginalsRulesKnowEachByItsAddress() {
        TestGate gate = TestGate.with(new OriginalRules(WINDOW, RETENTION));
        prove(gate, Reason.NEW, Reason.PASSED);
        assertThat(ask(gate, OTHER, "carol@other.example")).isEqualTo(Reason.NEW);
    }
}
