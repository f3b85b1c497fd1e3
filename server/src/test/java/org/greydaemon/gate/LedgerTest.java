package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Attempts.attempt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Suspects;
import org.greydaemon.identity.HostDomains;
import org.greydaemon.identity.Pools;
import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/// What an operator looks up, foresees, restores and forgets.
final class LedgerTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.net";

    private final TestGate gate = TestGate.modern();
    private final List<Integer> heard = new ArrayList<>();
    private final Ledger ledger = new Ledger(gate.gate(), () -> heard.add(gate.store().commits()));
    private final Decision decision = new Decision(10);

    private long now() {
        return gate.clock().getAsLong();
    }

    private static Attempt mail() {
        return attempt("192.0.2.7", ALICE, BOB);
    }

    private Reason decide() {
        gate.gate().decide(mail(), now(), decision);
        return decision.reason();
    }

    private Reason foresee() {
        ledger.foresee(mail(), now(), decision);
        return decision.reason();
    }

    @Test
    void aPoolThatIsBroughtInUnderASmallerNumberKeepsItsNetworks() {
        Key network = new Key();
        byte[] text = "192.0.2.0/24".getBytes(US_ASCII);
        network.named(Key.Kind.POOL_NETWORK, text, 0, text.length);
        assertThat(ledger.restore(network, Entry.of(now(), 7), now())).isTrue();
        assertThat(ledger.restore(network, Entry.of(now(), 3), now())).isTrue();
        Key alias = new Key();
        byte[] its = "100:0:7::/48".getBytes(US_ASCII);
        alias.named(Key.Kind.POOL_NETWORK, its, 0, its.length);
        assertThat(ledger.restores(alias, Entry.of(now(), 3), now()))
                .as("it leads there")
                .isFalse();
    }

    @Test
    void whatIsForeseenIsNotRemembered() {
        assertThat(foresee()).isEqualTo(Reason.NEW);
        assertThat(gate.store().entries()).isZero();
        assertThat(gate.decided()).isEmpty();
        decide();
        gate.pass(300);
        assertThat(foresee()).isEqualTo(Reason.PASSED);
        assertThat(foresee()).isEqualTo(Reason.PASSED);
        assertThat(decide()).isEqualTo(Reason.PASSED);
    }

    @Test
    void nobodyIsAskedForWhatIsForeseen() {
        gate.exempt("host .example.com").host("192.0.2.7", "mx.example.com");
        assertThat(foresee()).isEqualTo(Reason.NEW);
        Attempt known = mail();
        ledger.lookUp(known, now());
        assertThat(known.evidence().hosts()).contains(List.of("mx.example.com"));
        ledger.foresee(known, now(), decision);
        assertThat(decision.reason()).isEqualTo(Reason.EXEMPT);
        assertThat(ledger.line(known).orElseThrow().place()).isEqualTo("exemptions:1");
        assertThat(gate.decided()).isEmpty();
    }

    @Test
    void theLineIsThatOfTheFirstRecipient() {
        gate.exempt("recipient carol@example.net", "greylist delay 60s sender example.com");
        assertThat(ledger.line(mail())).isEmpty();
        Attempt both = attempt("192.0.2.7", ALICE, "carol@example.net", BOB);
        assertThat(ledger.line(both).orElseThrow().place()).isEqualTo("exemptions:1");
        Attempt other = attempt("192.0.2.7", "a@example.com", BOB);
        assertThat(ledger.line(other).orElseThrow().place()).isEqualTo("exemptions:2");
        assertThat(ledger.line(attempt("192.0.2.7", ALICE))).isEmpty();
    }

    @Test
    void whoIsProvenPassesAndIsForgottenWhenAsked() {
        ledger.prove(mail(), now());
        assertThat(gate.store().isCommitted()).isTrue();
        assertThat(foresee()).isEqualTo(Reason.KNOWN);
        assertThat(ledger.forgetTriplet(mail(), now())).isFalse();
        assertThat(ledger.forgetClient(mail())).isTrue();
        assertThat(gate.store().isCommitted()).isTrue();
        assertThat(heard).containsExactly(2, 3); // Others hear of it when it is safe.
        assertThat(foresee()).isEqualTo(Reason.NEW);
        assertThat(ledger.forgetClient(mail())).isFalse();
    }

    @Test
    void aClockThatIsStartedRuns() {
        ledger.startClock(mail(), now());
        assertThat(gate.store().isCommitted()).isTrue();
        gate.pass(299);
        assertThat(foresee()).isEqualTo(Reason.EARLY);
        gate.pass(1);
        assertThat(foresee()).isEqualTo(Reason.PASSED);
        assertThat(ledger.forgetTriplet(mail(), now())).isTrue();
        assertThat(foresee()).isEqualTo(Reason.NEW);
    }

    private final TestGate all =
            TestGate.with(AllIdentities.after(300))
                    .host("192.0.2.7", "mx7.example.com")
                    .host("192.0.2.8", "mx8.example.org")
                    .host("192.0.2.9", "mx9.example.info")
                    .host("203.0.113.7", "mx4.example.com");

    private Reason foresees(String client, String sender) {
        Attempt retry = attempt(client, sender, BOB);
        all.ledger().lookUp(retry, all.clock().getAsLong());
        all.ledger().foresee(retry, all.clock().getAsLong(), decision);
        return decision.reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "192.0.2.9", "203.0.113.7"})
    void aTripletIsForgottenOfAllIdentities(String client) {
        String carol = "carol@example.com";
        all.gate().decide(mail(), all.clock().getAsLong(), decision);
        all.gate().decide(attempt("192.0.2.8", carol, BOB), all.clock().getAsLong(), decision);
        all.pass(300);
        List<String> clients = List.of("192.0.2.7", "192.0.2.9", "203.0.113.7");
        assertThat(clients)
                .filteredOn(one -> foresees(one, ALICE) == Reason.PASSED)
                .isEqualTo(clients);
        long now = all.clock().getAsLong();
        assertThat(all.ledger().forgetTriplet(attempt(client, ALICE, BOB), now)).isTrue();
        assertThat(foresees(client, ALICE)).isEqualTo(Reason.NEW);
        assertThat(foresees("192.0.2.9", carol)).as("the neighbour's").isEqualTo(Reason.PASSED);
        assertThat(all.ledger().forgetTriplet(attempt(client, ALICE, BOB), now)).isFalse();
    }

    @Test
    void aTripletIsForgottenOfTheHostThoughDnsIsSilent() {
        all.gate().decide(mail(), all.clock().getAsLong(), decision);
        all.pass(300);
        all.withoutDns();
        long now = all.clock().getAsLong();
        assertThat(all.ledger().forgetTriplet(mail(), now)).isTrue();
        assertThat(all.store().entries()).isZero();
    }

    private static Key triplet() {
        return Name.triplet("192.0.2.7", ALICE, BOB).key();
    }

    @Test
    void whatIsOfUseIsShown() {
        ledger.startClock(mail(), now());
        List<String> shown = new ArrayList<>();
        ledger.visit(
                now(), (key, entry) -> shown.add(key.kind() + " " + (now() - Entry.time(entry))));
        assertThat(shown).containsExactly("TRIPLET 0");
        shown.clear();
        ledger.visit(now() + 5_000_000, (key, _) -> shown.add(key.kind().word()));
        assertThat(shown).isEmpty();
        assertThat(ledger.seen(triplet(), now())).isEqualTo(now());
    }

    @ParameterizedTest
    @CsvSource({
        "0,      true,  true",
        "100,    true,  true",
        "-1,     false, false",
        "43199,  true,  true",
        "43200,  false, false",
    })
    void aTripletOfAnotherTimeIsRestoredWhileItCouldPass(long ago, boolean first, boolean kept) {
        long time = now() - ago;
        assertThat(ledger.restores(triplet(), time, now())).isEqualTo(first);
        assertThat(ledger.seen(triplet(), now())).isEqualTo(Memory.NEVER);
        assertThat(ledger.restore(triplet(), time, now())).isEqualTo(first);
        assertThat(ledger.seen(triplet(), now())).isEqualTo(kept ? time : Memory.NEVER);
        assertThat(ledger.restores(triplet(), time, now())).as("once more").isFalse();
        assertThat(ledger.restore(triplet(), time, now())).as("once more").isFalse();
    }

    @Test
    void aTripletKeepsItsEarlierTime() {
        ledger.restore(triplet(), now() - 100, now());
        assertThat(ledger.restore(triplet(), now() - 50, now())).isFalse();
        assertThat(ledger.restore(triplet(), now() - 200, now())).isTrue();
        assertThat(ledger.seen(triplet(), now())).isEqualTo(now() - 200);
        assertThat(ledger.restore(triplet(), 0, now())).isFalse();
    }

    @Test
    void whatWasDroppedIsBroughtBackUnlessItIsThereAgain() {
        long entry = Entry.of(now() - 100, Entry.FIRST);
        assertThat(ledger.bringBack(triplet(), entry, now())).isTrue();
        assertThat(ledger.seen(triplet(), now())).isEqualTo(now() - 100);
        assertThat(ledger.bringBack(triplet(), Entry.of(now() - 50, 0), now())).isFalse();
        assertThat(ledger.seen(triplet(), now())).isEqualTo(now() - 100);
        ledger.drop(triplet());
        assertThat(ledger.seen(triplet(), now())).isEqualTo(Memory.NEVER);
        assertThat(ledger.bringBack(triplet(), entry, now() + 5_000_000)).as("too old").isFalse();
        assertThat(gate.store().commits()).isZero();
        ledger.commit();
        assertThat(gate.store().isCommitted()).isTrue();
        assertThat(heard).isEmpty();
        ledger.commitForgotten();
        assertThat(heard).containsExactly(2);
    }

    @Test
    void aTripletIsForgottenOfTheHostWhereNetworksAreNotLookedAt() {
        Identification addresses =
                new Identification(
                        32,
                        128,
                        new HostDomains(PublicSuffixes.load(List.of()), Pools.builtIn()),
                        true,
                        '+',
                        false);
        TestGate one =
                TestGate.with(
                                new ModernRules(
                                        new RetryWindow(300, 86_400),
                                        new Retention(604_800),
                                        addresses,
                                        Suspects.NONE))
                        .host("192.0.2.7", "mx7.example.com");
        one.gate().decide(mail(), one.clock().getAsLong(), decision);
        assertThat(one.store().entries()).isEqualTo(2);
        assertThat(one.withoutDns().ledger().forgetTriplet(mail(), now())).isTrue();
        assertThat(one.store().entries()).isZero();
    }

    private static Key network(String text) {
        Key key = new Key();
        byte[] octets = text.getBytes(US_ASCII);
        key.named(Key.Kind.POOL_NETWORK, octets, 0, octets.length);
        return key;
    }

    /// Its number has led to another one by then, whose networks are of the pool too.
    @Test
    void aPoolThatIsBroughtInUnderASmallerNumberKeepsWhatHasJoinedIt() {
        ledger.restore(network("192.0.2.0/24"), Entry.of(now(), 9), now());
        ledger.restore(network("100:0:9::/48"), Entry.of(now(), 7), now());
        assertThat(ledger.restore(network("192.0.2.0/24"), Entry.of(now(), 3), now())).isTrue();
        assertThat(ledger.restores(network("100:0:9::/48"), Entry.of(now(), 3), now())).isFalse();
        assertThat(ledger.restores(network("100:0:7::/48"), Entry.of(now(), 3), now())).isFalse();
    }

    @Test
    void whatHasNoTimeIsNotRestored() {
        assertThat(ledger.restore(triplet(), 0, 100)).isFalse();
        assertThat(ledger.restore(triplet(), 1, 100)).isTrue();
    }
}
