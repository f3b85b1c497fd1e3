package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.ALICE;
import static org.greydaemon.decision.IdentityScene.BOB;
import static org.greydaemon.decision.IdentityScene.Client.named;
import static org.greydaemon.decision.IdentityScene.Client.unknown;
import static org.greydaemon.decision.IdentityScene.DELAY;
import static org.greydaemon.decision.IdentityScene.MX1;
import static org.greydaemon.decision.IdentityScene.MX2_ELSEWHERE;
import static org.greydaemon.decision.IdentityScene.NAMELESS;
import static org.greydaemon.decision.IdentityScene.POOL1;
import static org.greydaemon.decision.IdentityScene.T0;
import static org.greydaemon.decision.Reason.PASSED;

import org.greydaemon.decision.IdentityScene.Client;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// What the rules tell others of an attempt: for explanations, and for what is learned of networks.
final class RulesViewTest {
    private final IdentityScene scene = new IdentityScene();

    @Test
    void theProviderIsTheDomainOfTheConfirmedHost() {
        scene.judge(T0, MX1, ALICE, BOB);
        assertThat(scene.rules().provider(scene.attempt())).contains("host.example");
        scene.judge(T0, NAMELESS, ALICE, BOB);
        assertThat(scene.rules().provider(scene.attempt())).isEmpty();
    }

    @Test
    void onlyMailThatWaitsTeachesWhichNetworksAreOne() {
        IdentityScene lessons = new IdentityScene();
        assertThat(teaches(lessons, T0, MX1, ALICE)).isTrue();
        assertThat(teaches(lessons, T0 + 5, MX1, ALICE)).as("early").isTrue();
        assertThat(teaches(lessons, T0 + 5, MX1, "")).as("a bounce").isFalse();
        assertThat(teaches(lessons, T0 + 5, NAMELESS, ALICE)).as("suspect").isFalse();
        assertThat(teaches(lessons, T0 + 5, unknown("192.0.2.5"), ALICE)).as("unnamed").isFalse();
        assertThat(teaches(lessons, T0 + DELAY, MX1, ALICE)).as("passed").isTrue();
        assertThat(teaches(lessons, T0 + DELAY, MX1, ALICE)).as("known").isFalse();
        assertThat(teaches(lessons, T0, unknown("a.name.example"), ALICE)).as("a name").isFalse();
        assertThat(teaches(lessons, T0, MX2_ELSEWHERE, "a".repeat(Key.ADDRESS_MAX)))
                .as("cut")
                .isFalse();
    }

    private static boolean teaches(IdentityScene lessons, long now, Client client, String sender) {
        Decision decision = lessons.decide(now, client, sender, BOB);
        return lessons.rules().teaches(lessons.attempt(), decision);
    }

    /// What `greyctl explain` shows, and the page about a deferral.
    @Test
    void whatIsRememberedOfEachIdentityIsShown() {
        scene.judge(T0, POOL1.withSpf(), ALICE, BOB);
        scene.judge(T0 + DELAY, POOL1.withSpf(), ALICE, BOB);
        assertThat(shown(T0 + DELAY + 9, POOL1.withSpf()))
                .containsExactly(
                        "NONE 240",
                        "ADDRESS PASSED since 0",
                        "NETWORK PASSED since 0",
                        "HOST PASSED since 0",
                        "SPF PASSED since 0",
                        "ADDRESS proven at 240",
                        "POOL pool.example proven at 240",
                        "HOST_SENDER pool.example proven at 240",
                        "SPF proven at 240");
        assertThat(shown(T0, NAMELESS))
                .containsExactly(
                        "NO_NAME 1800", "ADDRESS NEW", "NETWORK NEW", "ADDRESS not proven");
        scene.judge(T0, MX1, ALICE, BOB);
        assertThat(shown(T0 + 9, MX1))
                .containsExactly(
                        "NONE 240",
                        "ADDRESS EARLY since 0",
                        "NETWORK EARLY since 0",
                        "HOST EARLY since 0",
                        "ADDRESS not proven",
                        "HOST_SENDER host.example not proven");
    }

    /// At the time at which it is shown, and nobody sees what is judged afterwards.
    @Test
    void whatIsShownIsWhatARetryWouldBeNow() {
        scene.judge(T0, MX1, ALICE, BOB);
        List<String> shown = shown(T0 + DELAY, MX1);
        assertThat(shown).contains("ADDRESS PASSED since 0", "HOST PASSED since 0");
        int before = shown.size();
        scene.judge(T0 + DELAY, MX1, ALICE, BOB);
        assertThat(shown).hasSize(before);
    }

    /// Whom `greyctl forget` and an import take by it.
    @Test
    void eachIdentityHasATripletWithARecipient() {
        Client client = named("192.0.2.1", "mx1.host.example").withSpf();
        assertThat(triplets(client)).isEqualTo("GNHD");
        assertThat(triplets(named("192.0.2.1"))).isEqualTo("GN");
        assertThat(triplets(unknown("a.name.example"))).isEqualTo("G");
        learned(0xffff_c000_0200L, 77);
        assertThat(triplets(client)).isEqualTo("GNNHD");
    }

    private String triplets(Client client) {
        Attempt attempt = Attempts.attempt(client.address(), ALICE, BOB);
        attempt.evidence().spf(client.spf());
        if (client.names() != null) {
            attempt.evidence().hosts(client.names());
        }
        StringBuilder letters = new StringBuilder();
        scene.rules()
                .triplets(
                        attempt, 0, scene.memory(), T0, key -> letters.append(key.kind().letter()));
        return letters.toString();
    }

    /// A network counts as one with others.
    private void learned(long low, int number) {
        Key network = new Key();
        LearnedPools.name(network, 0, low, new byte[LearnedPools.TEXT_MAX]);
        scene.memory().step(network, (_, at) -> Entry.of(at, number), T0);
    }

    /// Two pools that have turned out to be one have two numbers until each network was looked at.
    @Test
    void aPoolThatIsAnotherOneByNowIsShownAsThat() {
        learned(0xffff_c000_0200L, 77);
        scene.memory().step(LearnedPools.alias(77), (_, at) -> Entry.of(at, 5), T0);
        assertThat(shown(T0, unknown("192.0.2.1"))).contains("pool 5");
    }

    @Test
    void whatSpfSaysOfAClientInAPoolIsToldByItsDomainFromThenOn() {
        learned(0xffff_c000_0200L, 77);
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("N");
        scene.spfPassed(T0, false);
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("D");
    }

    private List<String> shown(long now, Client client) {
        List<String> shown = new ArrayList<>();
        scene.fill(client, ALICE, BOB);
        Memory look = (key, rule, at) -> scene.memory().step(key, Rule.LOOK, at);
        scene.rules()
                .show(
                        scene.attempt(),
                        look,
                        now,
                        new IdentityView() {
                            @Override
                            public void suspicion(Suspicion suspicion, long delaySeconds) {
                                shown.add(suspicion + " " + delaySeconds);
                            }

                            @Override
                            public void learnedPool(int pool) {
                                shown.add("pool " + pool);
                            }

                            @Override
                            public void triplet(Identity identity, long entry, Reason reason) {
                                shown.add(
                                        identity
                                                + " "
                                                + reason
                                                + (entry == Memory.NEVER
                                                        ? ""
                                                        : " since " + (Entry.time(entry) - T0)));
                            }

                            @Override
                            public void proof(Identity identity, String name, long entry) {
                                String what =
                                        name.isEmpty() ? "" + identity : identity + " " + name;
                                shown.add(
                                        entry == Memory.NEVER
                                                ? what + " not proven"
                                                : what + " proven at " + (Entry.time(entry) - T0));
                            }
                        });
        return shown;
    }

    @Test
    void theWidestOfALearnedPoolIsThePool() {
        Client client = unknown("192.0.2.1");
        scene.fill(client, ALICE, BOB);
        learned(0xffff_c000_0200L, 77);
        scene.judge(T0, client, ALICE, BOB);
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("N");
        assertThat(scene.memory().times()).hasSize(4); // Address, network, pool; and the network's.
        assertThat(shown(T0, client)).contains("pool 77");
        Decision other = scene.decide(T0 + DELAY, unknown("192.0.2.99"), ALICE, BOB);
        assertThat(other.reason()).isEqualTo(PASSED);
    }

    @Test
    void anotherSenderOrRecipientIsAnotherEnvelope() {
        scene.judge(T0, MX1, ALICE, BOB);
        long envelope = scene.rules().envelope(scene.attempt());
        scene.judge(T0 + 1, MX2_ELSEWHERE, ALICE, BOB);
        assertThat(scene.rules().envelope(scene.attempt())).isEqualTo(envelope);
        scene.judge(T0 + 1, MX1, ALICE, "x@y.example");
        assertThat(scene.rules().envelope(scene.attempt())).isNotEqualTo(envelope);
        scene.judge(T0 + 1, MX1, "x@y.example", BOB);
        assertThat(scene.rules().envelope(scene.attempt())).isNotEqualTo(envelope);
    }
}
