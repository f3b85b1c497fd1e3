package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.ALICE;
import static org.greydaemon.decision.IdentityScene.BOB;
import static org.greydaemon.decision.IdentityScene.Client.named;
import static org.greydaemon.decision.IdentityScene.Client.unknown;
import static org.greydaemon.decision.IdentityScene.DAY;
import static org.greydaemon.decision.IdentityScene.DELAY;
import static org.greydaemon.decision.IdentityScene.HAMMERED;
import static org.greydaemon.decision.IdentityScene.MX1;
import static org.greydaemon.decision.IdentityScene.MX2_ELSEWHERE;
import static org.greydaemon.decision.IdentityScene.NAMELESS;
import static org.greydaemon.decision.IdentityScene.SUSPECT;
import static org.greydaemon.decision.IdentityScene.T0;
import static org.greydaemon.decision.Reason.EARLY;
import static org.greydaemon.decision.Reason.KNOWN;
import static org.greydaemon.decision.Reason.LATE;
import static org.greydaemon.decision.Reason.NEW;
import static org.greydaemon.decision.Reason.PASSED;

import org.greydaemon.decision.IdentityScene.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Set;

/// Who is suspect, waits longer and proves less (docs/rules.md).
final class SuspectRulesTest {
    private final IdentityScene scene = new IdentityScene();

    @Test
    void aClientWithoutANameWaitsLonger() {
        Decision first = scene.decide(T0, NAMELESS, ALICE, BOB);
        assertThat(first.suspicion()).isEqualTo(Suspicion.NO_NAME);
        assertThat(first.retryInSeconds()).isEqualTo(SUSPECT);
        assertThat(scene.judge(T0 + SUSPECT - 1, NAMELESS, ALICE, BOB)).isEqualTo(EARLY);
        assertThat(scene.judge(T0 + SUSPECT, NAMELESS, ALICE, BOB)).isEqualTo(PASSED);
    }

    @Test
    void dnsThatDidNotAnswerMakesNobodySuspect() {
        assertThat(scene.decide(T0, unknown("192.0.2.77"), ALICE, BOB).suspicion())
                .isEqualTo(Suspicion.NONE);
    }

    /// A mail server that tells names cannot tell that its DNS did not answer: it says `unknown`.
    @Test
    void whoseNameComesWithTheRetryWaitsAsEverybody() {
        Client mx3 = named("203.0.113.7", "mx3.host.example");
        Decision first = scene.decide(T0, named(mx3.address()), ALICE, BOB);
        assertThat(first.suspicion()).isEqualTo(Suspicion.NO_NAME);
        assertThat(scene.judge(T0 + DELAY - 1, mx3, ALICE, BOB)).isEqualTo(EARLY);
        assertThat(scene.judge(T0 + DELAY, mx3, ALICE, BOB)).isEqualTo(PASSED);
        assertThat(scene.judge(T0 + DELAY, mx3, "z@z.example", BOB)).isEqualTo(KNOWN);
    }

    /// Else a bot with a silent zone would prove its address with its first retry.
    @Test
    void whomDnsDidNotNameProvesNoMoreThanASuspect() {
        assertThat(unanswered(T0, ALICE)).isEqualTo(NEW);
        assertThat(unanswered(T0 + DELAY, ALICE)).isEqualTo(PASSED);
        assertThat(unanswered(T0 + DAY, ALICE)).isEqualTo(KNOWN);
        assertThat(unanswered(T0 + DAY, "b@two.example")).isEqualTo(NEW);
    }

    private Reason unanswered(long now, String sender) {
        scene.fill(unknown("192.0.2.77"), sender, BOB);
        scene.attempt().evidence().unanswered();
        return scene.judge(now);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "198.51.100.9", "2001:db8::1", "::ffff:192.0.2.1"})
    void whoCallsItselfByABareAddressIsSuspect(String helo) {
        assertThat(scene.decide(T0, MX1.calls(helo), ALICE, BOB).suspicion())
                .isEqualTo(Suspicion.BARE_ADDRESS);
        scene.judge(T0, unknown("192.0.2.77").calls(helo), ALICE, BOB);
        assertThat(scene.rules().suspicion(scene.attempt())).contains(Suspicion.BARE_ADDRESS);
    }

    /// Not by its confirmed name, its pool or SPF either (docs/rules.md).
    @Test
    void aNamedHostThatCallsItselfByABareAddressProvesItsTripletAlone() {
        Client bare = IdentityScene.POOL1.withSpf().calls("203.0.113.1");
        scene.judge(T0, bare, ALICE, BOB);
        assertThat(scene.judge(T0 + SUSPECT, bare, ALICE, BOB)).isEqualTo(PASSED);
        assertThat(scene.judge(T0 + DAY - 1, bare, ALICE, BOB)).isEqualTo(KNOWN);
        assertThat(scene.judge(T0 + DAY - 1, bare, ALICE, "x@example.net")).isEqualTo(NEW);
        assertThat(scene.judge(T0 + DAY - 1, IdentityScene.POOL1, ALICE, "y@example.net"))
                .isEqualTo(NEW);
        assertThat(scene.judge(T0 + DAY - 1, MX2_ELSEWHERE.withSpf(), ALICE, "z@example.net"))
                .isEqualTo(NEW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[192.0.2.1]",
                "[ipv6:2001:db8::1]",
                "mail.example.org",
                "192.0.2.1.example.org",
                "192.0.2.1.",
                "mx1",
                "1.2.3",
                "999.0.2.1",
                "mail:25"
            })
    void namesAndAddressLiteralsMakeNobodySuspect(String helo) {
        assertThat(scene.decide(T0, MX1.calls(helo), ALICE, BOB).suspicion())
                .isEqualTo(Suspicion.NONE);
    }

    @Test
    void whoCallsItselfWhatWeAreCalledIsSuspect() {
        for (String helo : new String[] {"mx.our.example", "[198.51.100.1]"}) {
            assertThat(scene.decide(T0, MX1.calls(helo), ALICE, BOB).suspicion())
                    .isEqualTo(Suspicion.OUR_NAME);
        }
    }

    @Test
    void whoIsSuspectIsKnownOnceItsNamesAre() {
        Attempt attempt = scene.attempt();
        scene.judge(T0, unknown("192.0.2.77"), ALICE, BOB);
        assertThat(scene.rules().suspicion(attempt)).isEmpty();
        scene.judge(T0, unknown("192.0.2.77").calls("mx.our.example"), ALICE, BOB);
        assertThat(scene.rules().suspicion(attempt)).contains(Suspicion.OUR_NAME);
        scene.judge(T0, NAMELESS, ALICE, BOB);
        assertThat(scene.rules().suspicion(attempt)).contains(Suspicion.NO_NAME);
        scene.judge(T0, MX1, ALICE, BOB);
        assertThat(scene.rules().suspicion(attempt)).contains(Suspicion.NONE);
        scene.judge(T0, named("192.0.2.5", "192-0-2-5.dyn.host.example"), ALICE, BOB);
        assertThat(scene.rules().suspicion(attempt)).contains(Suspicion.GENERIC_NAME);
    }

    @Test
    void aSuspectProvesItsTripletsUntilThreeSendersHavePassed() {
        passes(NAMELESS, "a@one.example", T0);
        assertThat(scene.judge(T0 + DAY, NAMELESS, "a@one.example", BOB)).isEqualTo(KNOWN);
        assertThat(scene.judge(T0 + DAY, NAMELESS, "b@two.example", BOB)).isEqualTo(NEW);
        passes(NAMELESS, "b@two.example", T0 + 2 * DAY);
        assertThat(scene.judge(T0 + 3 * DAY, NAMELESS, "c@three.example", BOB)).isEqualTo(NEW);
        passes(NAMELESS, "c@three.example", T0 + 5 * DAY);
        assertThat(scene.judge(T0 + 6 * DAY, NAMELESS, "d@four.example", BOB)).isEqualTo(KNOWN);
    }

    /// RFC 6647 5, item 1. The others are proven by no more than their own retries.
    @Test
    void aProvenTripletPassesTheMessageItIsOfAndNothingElse() {
        String carol = "carol@example.net";
        passes(NAMELESS, ALICE, T0);
        assertThat(scene.judge(T0 + DAY, NAMELESS, ALICE, carol, BOB)).isEqualTo(KNOWN);
        assertThat(scene.judge(T0 + DAY + 9, NAMELESS, ALICE, carol)).isEqualTo(EARLY);
        assertThat(scene.judge(T0 + DAY + SUSPECT, NAMELESS, ALICE, carol)).isEqualTo(PASSED);
    }

    @Test
    void oneSenderOfASuspectCountsOnce() {
        passes(NAMELESS, "a@one.example", T0);
        scene.judge(T0 + DAY, NAMELESS, "a@one.example", "x@example.net", "y@example.net");
        scene.judge(
                T0 + DAY + SUSPECT, NAMELESS, "a@one.example", "x@example.net", "y@example.net");
        assertThat(scene.judge(T0 + 2 * DAY, NAMELESS, "b@two.example", BOB)).isEqualTo(NEW);
    }

    @Test
    void aSuspectsProvenTripletIsForgottenLikeAClient() {
        passes(NAMELESS, "a@one.example", T0);
        long passed = T0 + SUSPECT;
        assertThat(scene.judge(passed + 35 * DAY, NAMELESS, "a@one.example", BOB)).isEqualTo(LATE);
    }

    private void passes(Client client, String sender, long from) {
        scene.judge(from, client, sender, BOB);
        assertThat(scene.judge(from + SUSPECT, client, sender, BOB)).isEqualTo(PASSED);
    }

    /// Else in a full store the triplets of a flood would be as safe as those of suspects, who wait
    /// longer.
    @Test
    void aTripletIsFreshForItsOwnDelayAndTenMinutes() {
        scene.judge(T0, MX1, ALICE, BOB);
        assertThat(scene.memory().times().values())
                .allMatch(entry -> isFreshFor(DELAY + 600, entry));
        IdentityScene suspects = new IdentityScene();
        suspects.judge(T0, NAMELESS, ALICE, BOB);
        suspects.judge(T0 + 10, NAMELESS, ALICE, BOB);
        assertThat(suspects.memory().times().values())
                .allMatch(entry -> isFreshFor(SUSPECT + 600, entry));
        assertThat(suspects.memory().earlyRetries("GN")).containsExactly(1, 0);
    }

    private boolean isFreshFor(long seconds, long entry) {
        return scene.rules().lifetimes().isFresh(entry, T0 + seconds - 1)
                && !scene.rules().lifetimes().isFresh(entry, T0 + seconds);
    }

    @Test
    void aClientThatHammersWaitsAnHour() {
        scene.judge(T0, MX1, ALICE, BOB);
        scene.judge(T0 + 1, MX1, ALICE, BOB); // The question once more.
        for (int i = 10; i < 16; i++) {
            assertThat(scene.decide(T0 + i, MX1, ALICE, BOB).retryInSeconds()).isEqualTo(DELAY - i);
        }
        assertThat(scene.decide(T0 + 16, MX1, ALICE, BOB).retryInSeconds())
                .isEqualTo(HAMMERED - 16);
        assertThat(scene.judge(T0 + DELAY, MX1, ALICE, BOB)).isEqualTo(EARLY);
        assertThat(scene.judge(T0 + HAMMERED, MX1, ALICE, BOB)).isEqualTo(PASSED);
    }

    @Test
    void aSuspectIsProvenByTheSenderThatMakesItEnough() {
        passes(NAMELESS, "a@one.example", T0);
        passes(NAMELESS, "b@two.example", T0 + DAY);
        assertThat(scene.memory().mayHold(Key.Kind.SUSPECT)).isTrue();
        assertThat(scene.memory().mayHold(Key.Kind.CLIENT)).isFalse();
        scene.judge(T0 + 2 * DAY, NAMELESS, "c@three.example", BOB);
        assertThat(
                        scene.decide(T0 + 2 * DAY + SUSPECT, NAMELESS, "c@three.example", BOB)
                                .hasProved())
                .isTrue();
        assertThat(scene.memory().mayHold(Key.Kind.SUSPECT)).isFalse();
    }

    /// By its mark: what is shown and kept does not ask DNS once more.
    @Test
    void anEntryTellsWhenARetryOfItCounts() {
        assertThat(scene.rules().window(Entry.of(T0, 0)).minSeconds()).isEqualTo(DELAY);
        assertThat(scene.rules().window(Entry.of(T0, Entry.SUSPECT)).minSeconds())
                .isEqualTo(SUSPECT);
        assertThat(scene.rules().window(Entry.of(T0, 7)).minSeconds()).isEqualTo(HAMMERED);
        Wait line = new Wait(600, -1);
        assertThat(scene.rules().window(Entry.of(T0, Entry.SUSPECT), line).minSeconds())
                .isEqualTo(600);
    }

    @Test
    void theSendersOfASuspectAreForgottenLikeAClient() {
        passes(NAMELESS, "a@one.example", T0);
        passes(NAMELESS, "b@two.example", T0 + 36 * DAY);
        passes(NAMELESS, "c@three.example", T0 + 37 * DAY);
        assertThat(scene.memory().mayHold(Key.Kind.CLIENT)).isFalse();
    }

    @Test
    void oneSenderIsEnoughWhereTheOperatorSaysSo() {
        IdentityScene one =
                new IdentityScene(
                        IdentityScene.WHO, new Suspects(SUSPECT, 6, HAMMERED, 1, Set.of()));
        one.judge(T0, NAMELESS, ALICE, BOB);
        assertThat(one.judge(T0 + SUSPECT, NAMELESS, ALICE, BOB)).isEqualTo(PASSED);
        assertThat(one.judge(T0 + SUSPECT, NAMELESS, "z@z.example", BOB)).isEqualTo(KNOWN);
    }

    /// What it is called is proven with it then, as with others.
    @Test
    void oneSenderThenProvesTheNamesOfASuspectToo() {
        IdentityScene one =
                new IdentityScene(
                        IdentityScene.WHO,
                        new Suspects(SUSPECT, 6, HAMMERED, 1, Set.of("mx.our.example")));
        Client liar = MX1.calls("mx.our.example");
        one.judge(T0, liar, ALICE, BOB);
        assertThat(one.judge(T0 + SUSPECT, liar, ALICE, BOB)).isEqualTo(PASSED);
        assertThat(one.decide(T0 + SUSPECT, MX2_ELSEWHERE, ALICE, "x@example.net").identity())
                .isEqualTo(Identity.HOST_SENDER);
    }

    @Test
    void asManyRecipientsAsThereIsRoomForAreProvenForASuspect() {
        String[] all = new String[100];
        Arrays.setAll(all, i -> "r" + i + "@example.net");
        scene.judge(T0, NAMELESS, ALICE, all);
        assertThat(scene.judge(T0 + SUSPECT, NAMELESS, ALICE, all)).isEqualTo(PASSED);
        assertThat(scene.judge(T0 + DAY, NAMELESS, ALICE, all[0])).isEqualTo(KNOWN);
        assertThat(scene.judge(T0 + DAY, NAMELESS, ALICE, all[99])).isEqualTo(KNOWN);
    }
}
