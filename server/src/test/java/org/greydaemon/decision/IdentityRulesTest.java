package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.Client.named;
import static org.greydaemon.decision.IdentityScene.Client.unknown;
import static org.greydaemon.decision.IdentityScene.DAY;
import static org.greydaemon.decision.IdentityScene.DELAY;
import static org.greydaemon.decision.IdentityScene.HAMMERED;
import static org.greydaemon.decision.IdentityScene.SUSPECT;
import static org.greydaemon.decision.Reason.EARLY;
import static org.greydaemon.decision.Reason.KNOWN;
import static org.greydaemon.decision.Reason.LATE;
import static org.greydaemon.decision.Reason.NEW;
import static org.greydaemon.decision.Reason.PASSED;

import org.greydaemon.decision.IdentityScene.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who a client is, what a pass proves, and who waits longer: docs/rules.md, sentence by sentence.
final class IdentityRulesTest {
    private static final long T0 = 1_700_000_000;
    private static final String ALICE = "alice@sender.example";
    private static final String BOB = "bob@example.net";
    private static final Client MX1 = named("192.0.2.1", "mx1.host.example");
    private static final Client MX2_ELSEWHERE = named("198.51.100.9", "mx2.host.example");
    private static final Client POOL1 = named("203.0.113.1", "out1.pool.example");
    private static final Client POOL2 = named("198.18.0.2", "out2.pool.example");
    private static final Client NAMELESS = named("192.0.2.77");

    private final IdentityScene scene = new IdentityScene();

    @Test
    void aRetryFromTheSameNetworkPasses() {
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        Decision retry = scene.decide(T0 + DELAY, unknown("192.0.2.200"), ALICE, BOB);
        assertThat(retry.reason()).isEqualTo(PASSED);
        assertThat(retry.identity()).isEqualTo(Identity.NETWORK);
        assertThat(retry.waitedSeconds()).isEqualTo(DELAY);
        assertThat(scene.judge(T0 + DELAY, unknown("192.0.3.1"), ALICE, BOB)).isEqualTo(NEW);
    }

    @Test
    void anIpv6HostIsItsSlash64AndTheNetworkTheSlash48() {
        scene.judge(T0, unknown("2001:db8:1:2::1"), ALICE, BOB);
        assertThat(scene.decide(T0 + DELAY, unknown("2001:db8:1:2:aaaa::9"), ALICE, BOB).identity())
                .isEqualTo(Identity.ADDRESS);
        assertThat(scene.judge(T0 + DELAY + 1, unknown("2001:db8:1:2:bbbb::7"), "z@z.example", BOB))
                .isEqualTo(KNOWN);
        scene.judge(T0, unknown("2001:db8:7:1::1"), ALICE, BOB);
        assertThat(scene.decide(T0 + DELAY, unknown("2001:db8:7:ffff::1"), ALICE, BOB).identity())
                .isEqualTo(Identity.NETWORK);
    }

    @Test
    void aRetryFromTheSameDomainOfConfirmedHostsPasses() {
        scene.judge(T0, MX1, ALICE, BOB);
        Decision retry = scene.decide(T0 + DELAY, MX2_ELSEWHERE, ALICE, BOB);
        assertThat(retry.reason()).isEqualTo(PASSED);
        assertThat(retry.identity()).isEqualTo(Identity.HOST);
    }

    @Test
    void aPassProvesHostAndSenderTogether() {
        scene.judge(T0, MX1, ALICE, BOB);
        scene.judge(T0 + DELAY, MX1, ALICE, BOB);
        Client mx3 = named("203.0.113.50", "mx3.host.example");
        Decision same = scene.decide(T0 + DAY, mx3, "carol@sender.example", "dave@example.net");
        assertThat(same.reason()).isEqualTo(KNOWN);
        assertThat(same.identity()).isEqualTo(Identity.HOST_SENDER);
        assertThat(scene.judge(T0 + DAY, mx3, "carol@other.example", BOB)).isEqualTo(NEW);
    }

    @Test
    void aPoolIsProvenForAllSenders() {
        scene.judge(T0, POOL1, ALICE, BOB);
        assertThat(scene.judge(T0 + 1, POOL2, ALICE, BOB)).isEqualTo(EARLY);
        assertThat(scene.judge(T0 + DELAY, POOL2, ALICE, BOB)).isEqualTo(PASSED);
        Decision other =
                scene.decide(
                        T0 + DAY, named("198.18.7.7", "out7.pool.example"), "x@y.example", BOB);
        assertThat(other.reason()).isEqualTo(KNOWN);
        assertThat(other.identity()).isEqualTo(Identity.POOL);
    }

    @Test
    void aNameThatStrangersHaveStandsForNobody() {
        Client first = named("192.0.2.5", "192-0-2-5.dyn.host.example");
        Client second = named("198.51.100.5", "198-51-100-5.dyn.host.example");
        scene.judge(T0, first, ALICE, BOB);
        assertThat(scene.judge(T0 + SUSPECT, second, ALICE, BOB)).isEqualTo(NEW);
    }

    @Test
    void aDomainThatSpfConfirmsIsAnIdentity() {
        scene.judge(T0, unknown("192.0.2.1").withSpf(), ALICE, BOB);
        Decision retry = scene.decide(T0 + DELAY, unknown("198.51.100.1").withSpf(), ALICE, BOB);
        assertThat(retry.identity()).isEqualTo(Identity.SPF);
        assertThat(
                        scene.decide(
                                        T0 + DAY,
                                        unknown("203.0.113.9").withSpf(),
                                        "z@sender.example",
                                        "x@example.net")
                                .identity())
                .isEqualTo(Identity.SPF);
        assertThat(
                        scene.judge(
                                T0 + DAY,
                                unknown("203.0.113.9"),
                                "z@sender.example",
                                "x@example.net"))
                .isEqualTo(NEW);
    }

    @Test
    void whatSpfSaysAfterTheAnswerCountsForTheRetry() {
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        scene.spfPassed(T0, false);
        assertThat(
                        scene.decide(T0 + DELAY, unknown("198.51.100.1").withSpf(), ALICE, BOB)
                                .identity())
                .isEqualTo(Identity.SPF);
    }

    /// The answer has left long ago, and others were judged meanwhile.
    @Test
    void whatSpfSaysIsNotedOfTheAttemptItWasAskedFor() {
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        scene.judge(T0, unknown("203.0.113.1"), "other@other.example", "other@example.net");
        scene.fill(unknown("192.0.2.1"), ALICE, BOB);
        scene.spfPassed(T0, false);
        assertThat(
                        scene.decide(T0 + DELAY, unknown("198.51.100.1").withSpf(), ALICE, BOB)
                                .identity())
                .isEqualTo(Identity.SPF);
    }

    /// Whose record names a host answers for it, even if that has no name.
    @Test
    void aSuspectThatSpfConfirmsWaitsNoLongerThanOthersAndProvesOnlyItsTriplet() {
        Client nameless = Client.named("192.0.2.1");
        scene.judge(T0, nameless, ALICE, BOB);
        scene.spfPassed(T0, false);
        assertThat(scene.judge(T0 + DELAY - 1, nameless.withSpf(), ALICE, BOB))
                .isEqualTo(Reason.EARLY);
        Decision retry = scene.decide(T0 + DELAY, nameless.withSpf(), ALICE, BOB);
        assertThat(retry.reason()).isEqualTo(Reason.PASSED);
        assertThat(retry.identity()).isEqualTo(Identity.SPF);
        assertThat(retry.suspicion()).isEqualTo(Suspicion.NO_NAME);
        assertThat(scene.judge(T0 + DELAY, nameless.withSpf(), ALICE, "other@example.net"))
                .isEqualTo(Reason.NEW);
    }

    @Test
    void spfIsAskedFirstOnlyWhereItCouldLetMailPass() {
        Client unasked =
                new Client(
                        "192.0.2.1", java.util.List.of("a.host.example"), Attempt.Spf.UNKNOWN, "");
        assertThat(scene.decide(T0, unasked, ALICE, BOB).questions().isEmpty()).isTrue();
        scene.spfPassed(T0, false);
        Client other =
                new Client(
                        "198.51.100.1",
                        java.util.List.of("b.other.example"),
                        Attempt.Spf.UNKNOWN,
                        "");
        assertThat(scene.decide(T0 + 1, other, ALICE, BOB).questions().isEmpty()).isTrue();
        assertThat(scene.decide(T0 + DELAY, other, ALICE, BOB).questions().spf()).isTrue();
    }

    @Test
    void namesAreAskedForFirstUnlessTheClientIsKnown() {
        IdentityScene fresh = new IdentityScene();
        Attempt attempt = fresh.attempt();
        fresh.decide(T0, MX1, ALICE, BOB);
        fresh.decide(T0 + DELAY, MX1, ALICE, BOB);
        attempt.start(Source.NONE);
        byte[] text =
                "192.0.2.1 198.51.100.7".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        attempt.client(text, 0, 9);
        attempt.sender(text, 0, 3);
        attempt.recipient(text, 0, 3);
        Decision decision = new Decision(1);
        fresh.rules().judge(attempt, fresh.memory(), T0 + DAY, decision);
        assertThat(decision.questions().isEmpty()).isTrue();
        attempt.start(Source.NONE);
        attempt.client(text, 10, text.length);
        attempt.sender(text, 0, 3);
        attempt.recipient(text, 0, 3);
        int before = fresh.memory().times().size();
        fresh.rules().judge(attempt, fresh.memory(), T0 + DAY, decision);
        assertThat(decision.questions().hosts()).isTrue();
        assertThat(fresh.memory().times()).hasSize(before);
    }

    @Test
    void theNullSenderNeverProvesAnything() {
        scene.judge(T0, POOL1, "", BOB);
        assertThat(scene.judge(T0 + DELAY, POOL2, "", BOB)).isEqualTo(PASSED);
        assertThat(scene.judge(T0 + DELAY + 1, POOL1, ALICE, BOB)).isEqualTo(NEW);
    }

    @Test
    void senderAndRecipientAreComparedInTheirNormalForm() {
        scene.judge(T0, MX1, "prvs=1234567890=alice@sender.example", "bob+shop@example.net");
        assertThat(scene.judge(T0 + DELAY, MX1, "prvs=9876543210=alice@sender.example", BOB))
                .isEqualTo(PASSED);
    }

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

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "198.51.100.9", "2001:db8::1", "::ffff:192.0.2.1"})
    void whoCallsItselfByABareAddressIsSuspect(String helo) {
        assertThat(scene.decide(T0, MX1.calls(helo), ALICE, BOB).suspicion())
                .isEqualTo(Suspicion.BARE_ADDRESS);
        scene.judge(T0, unknown("192.0.2.77").calls(helo), ALICE, BOB);
        assertThat(scene.rules().suspicion(scene.attempt())).contains(Suspicion.BARE_ADDRESS);
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
    void aSuspectProvesItsTripletsUntilThreeSendersHavePassed() {
        passes(NAMELESS, "a@one.example", T0);
        assertThat(scene.judge(T0 + DAY, NAMELESS, "a@one.example", BOB)).isEqualTo(KNOWN);
        assertThat(scene.judge(T0 + DAY, NAMELESS, "b@two.example", BOB)).isEqualTo(NEW);
        passes(NAMELESS, "b@two.example", T0 + 2 * DAY);
        assertThat(scene.judge(T0 + 3 * DAY, NAMELESS, "c@three.example", BOB)).isEqualTo(NEW);
        passes(NAMELESS, "c@three.example", T0 + 5 * DAY);
        assertThat(scene.judge(T0 + 6 * DAY, NAMELESS, "d@four.example", BOB)).isEqualTo(KNOWN);
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
                .allMatch(entry -> isFreshFor(SUSPECT + 600, entry))
                .allMatch(entry -> Entry.earlyRetries(entry) == 1);
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
    void whoHasNamesAndSpfOfHisOwnIsNobodyElse() {
        scene.judge(T0, MX1.withSpf(), ALICE, BOB);
        scene.judge(T0 + DELAY, MX1.withSpf(), ALICE, BOB);
        Client attacker = named("198.51.100.66", "mx1.host.example.attacker.example");
        assertThat(scene.judge(T0 + DAY, attacker, ALICE, BOB)).isEqualTo(NEW);
        assertThat(scene.judge(T0 + DAY, attacker.withSpf(), "a@attacker.example", BOB))
                .isEqualTo(NEW);
    }

    @Test
    void noTextOfOneKindIsAKeyOfAnother() {
        scene.judge(T0, unknown("host.example"), ALICE, BOB);
        scene.judge(T0 + DELAY, unknown("host.example"), ALICE, BOB);
        assertThat(scene.judge(T0 + DAY, MX1, "x@sender.example", BOB)).isEqualTo(NEW);
        scene.judge(T0, unknown("pool.example"), ALICE, BOB);
        scene.judge(T0 + DELAY, unknown("pool.example"), ALICE, BOB);
        assertThat(scene.judge(T0 + DAY, POOL1, "x@sender.example", BOB)).isEqualTo(NEW);
    }

    @Test
    void aClientProvenByItsFullIpv6AddressIsKnown() {
        Scene plain = new Scene(new OriginalRules(new RetryWindow(300, DAY), new Retention(DAY)));
        assertThat(plain.judge(T0, "2001:db8::5 a@b.example c@d.example")).isEqualTo(NEW);
        Attempt attempt = scene.attempt();
        scene.judge(T0, unknown("2001:db8::5"), ALICE, BOB);
        scene.memory().step(attempt.clientKey(), (seen, now) -> now, T0);
        assertThat(scene.judge(T0 + 1, unknown("2001:db8::5"), ALICE, BOB)).isEqualTo(KNOWN);
    }

    /// Nobody is kept waiting for an answer of DNS that could change nothing.
    @Test
    void spfIsAskedFirstForADomainThatHasProvenItself() {
        Client first = named("192.0.2.1", "a.host.example").withSpf();
        scene.judge(T0, first, ALICE, BOB);
        scene.spfPassed(T0, true);
        Client other =
                new Client(
                        "198.51.100.1", java.util.List.of("b.x.example"), Attempt.Spf.UNKNOWN, "");
        String another = "z@sender.example";
        assertThat(scene.decide(T0 + 1, other, another, "x@y.example").questions().spf()).isTrue();
        for (String sender : new String[] {"z@other.example", "nodomain", ""}) {
            assertThat(scene.decide(T0 + 1, other, sender, BOB).questions().isEmpty())
                    .as(sender)
                    .isTrue();
        }
        assertThat(scene.decide(T0 + 36 * DAY, other, another, "y@y.example").questions().spf())
                .as("its proof is over")
                .isFalse();
    }

    @Test
    void whatSpfSaysOfABounceProvesNothing() {
        scene.judge(T0, MX1, "", BOB);
        scene.spfPassed(T0, true);
        scene.judge(T0, MX1, "nodomain", BOB);
        scene.spfPassed(T0, true);
        assertThat(scene.memory().mayHold(Key.Kind.SPF_DOMAIN)).isFalse();
    }

    @Test
    void theProviderIsTheDomainOfTheConfirmedHost() {
        scene.judge(T0, MX1, ALICE, BOB);
        assertThat(scene.rules().provider(scene.attempt())).contains("host.example");
        scene.judge(T0, NAMELESS, ALICE, BOB);
        assertThat(scene.rules().provider(scene.attempt())).isEmpty();
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
    void aClientIsSaidToBeProvenOnce() {
        scene.judge(T0, MX1, ALICE, BOB);
        assertThat(scene.decide(T0 + DELAY - 1, MX1, ALICE, BOB).hasProved()).isFalse();
        assertThat(scene.decide(T0 + DELAY, MX1, ALICE, BOB).hasProved()).isTrue();
        assertThat(scene.decide(T0 + DELAY, MX1, ALICE, BOB).hasProved()).isFalse();
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
                        IdentityScene.WHO,
                        new Suspects(SUSPECT, 6, HAMMERED, 1, java.util.Set.of()));
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
                        new Suspects(SUSPECT, 6, HAMMERED, 1, java.util.Set.of("mx.our.example")));
        Client liar = MX1.calls("mx.our.example");
        one.judge(T0, liar, ALICE, BOB);
        assertThat(one.judge(T0 + SUSPECT, liar, ALICE, BOB)).isEqualTo(PASSED);
        assertThat(one.decide(T0 + SUSPECT, MX2_ELSEWHERE, ALICE, "x@example.net").identity())
                .isEqualTo(Identity.HOST_SENDER);
    }

    @Test
    void asManyRecipientsAsThereIsRoomForAreProvenForASuspect() {
        String[] all = new String[100];
        java.util.Arrays.setAll(all, i -> "r" + i + "@example.net");
        scene.judge(T0, NAMELESS, ALICE, all);
        assertThat(scene.judge(T0 + SUSPECT, NAMELESS, ALICE, all)).isEqualTo(PASSED);
        assertThat(scene.judge(T0 + DAY, NAMELESS, ALICE, all[0])).isEqualTo(KNOWN);
        assertThat(scene.judge(T0 + DAY, NAMELESS, ALICE, all[99])).isEqualTo(KNOWN);
    }

    @Test
    void onlyMailThatWaitsTeachesWhichNetworksAreOne() {
        IdentityScene lessons = new IdentityScene();
        assertThat(teaches(lessons, T0, MX1, ALICE)).isTrue();
        assertThat(teaches(lessons, T0 + 5, MX1, ALICE)).as("early").isTrue();
        assertThat(teaches(lessons, T0 + 5, MX1, "")).as("a bounce").isFalse();
        assertThat(teaches(lessons, T0 + 5, NAMELESS, ALICE)).as("suspect").isFalse();
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

    private java.util.List<String> shown(long now, Client client) {
        java.util.List<String> shown = new java.util.ArrayList<>();
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
        Key network = new Key();
        byte[] text = new byte[LearnedPools.TEXT_MAX];
        LearnedPools.name(network, 0, 0xffff_c000_0200L, text);
        scene.memory().step(network, (_, at) -> Entry.of(at, 77), T0);
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
