package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Attempts.attempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Identity;
import org.greydaemon.decision.IdentityView;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.decision.Wait;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// What an operator is told of mail that has not come yet. Nothing changes by it.
final class LedgerViewTest {
    private static final String ALICE = "alice@example.org";

    private final TestGate gate = TestGate.modern();
    private final Ledger ledger = gate.ledger();

    private long now() {
        return gate.clock().getAsLong();
    }

    private static Attempt mail() {
        return attempt("192.0.2.7", ALICE, "bob@example.net");
    }

    /// How long mail waits is known before it comes, unless that depends on who sends it.
    @Test
    void howLongMailWaitsIsForeseen() {
        gate.exempt(
                "greylist delay 60s recipient bob@example.net",
                "greylist delay 90s client 203.0.113.0/24",
                "greylist delay 2h host .example.com");
        assertThat(ledger.waits()).containsExactlyInAnyOrder(waits(60), waits(90), waits(7200));
        assertThat(ledger.waits(mail())).contains(waits(60));
        assertThat(ledger.waits(attempt("203.0.113.9", ALICE, "x@example.net")))
                .contains(waits(90));
        Attempt other = attempt("192.0.2.7", ALICE, "x@example.net");
        assertThat(ledger.waits(other)).as("nobody has asked DNS").isEmpty();
        other.evidence().hosts(List.of("mx.example.com"));
        assertThat(ledger.waits(other)).contains(waits(7200));
        other.evidence().hosts(List.of("mx.example.org"));
        assertThat(ledger.waits(other)).contains(Wait.USUAL);
    }

    private static Wait waits(long delay) {
        return new Wait(delay, Wait.AS_USUAL);
    }

    @Test
    void whatIdentitiesAreWorthIsShown() {
        ledger.startClock(mail(), now());
        gate.pass(20);
        List<String> shown = new ArrayList<>();
        ledger.show(
                (ModernRules) ledger.rules(),
                mail(),
                now(),
                new IdentityView() {
                    @Override
                    public void suspicion(Suspicion suspicion, long delaySeconds) {
                        shown.add(suspicion + " " + delaySeconds);
                    }

                    @Override
                    public void learnedPool(int pool) {
                        shown.add("pool");
                    }

                    @Override
                    public void triplet(Identity identity, long entry, Reason reason) {
                        shown.add(identity + " " + reason);
                    }

                    @Override
                    public void proof(Identity identity, String name, long entry) {
                        shown.add(identity + " proven " + (entry != Memory.NEVER));
                    }
                });
        assertThat(shown).containsExactly("NONE 300", "ADDRESS EARLY", "ADDRESS proven false");
    }
}
