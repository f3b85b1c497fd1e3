package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.ALICE;
import static org.greydaemon.decision.IdentityScene.BOB;
import static org.greydaemon.decision.IdentityScene.Client.named;
import static org.greydaemon.decision.IdentityScene.Client.unknown;
import static org.greydaemon.decision.IdentityScene.DAY;
import static org.greydaemon.decision.IdentityScene.DELAY;
import static org.greydaemon.decision.IdentityScene.MX1;
import static org.greydaemon.decision.IdentityScene.MX2_ELSEWHERE;
import static org.greydaemon.decision.IdentityScene.POOL1;
import static org.greydaemon.decision.IdentityScene.POOL2;
import static org.greydaemon.decision.IdentityScene.SUSPECT;
import static org.greydaemon.decision.IdentityScene.T0;
import static org.greydaemon.decision.Reason.EARLY;
import static org.greydaemon.decision.Reason.KNOWN;
import static org.greydaemon.decision.Reason.NEW;
import static org.greydaemon.decision.Reason.PASSED;

import org.greydaemon.decision.IdentityScene.Client;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/// Who a client is, and what a pass proves: docs/rules.md, sentence by sentence.
final class IdentityRulesTest {
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

    /// What a translator has made and may be several hosts is known by all of its bits: the whole
    /// /64, and the /48, are strangers to each other.
    @Test
    void behindATranslatorNeighboursAreStrangers() {
        scene.judge(T0, unknown("64:ff9b:1:7:c0:2::"), ALICE, BOB);
        assertThat(scene.judge(T0 + DELAY, unknown("64:ff9b:1:7:c6:3364::"), ALICE, BOB))
                .isEqualTo(NEW);
        assertThat(scene.decide(T0 + DELAY, unknown("64:ff9b:1:7:c0:2::"), ALICE, BOB).identity())
                .isEqualTo(Identity.ADDRESS);
        assertThat(scene.judge(T0 + DELAY, unknown("64:ff9b:1:7:c0:3::"), "z@z.example", BOB))
                .isEqualTo(NEW);
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
    void namesAreAskedForFirstUnlessTheClientIsKnown() {
        IdentityScene fresh = new IdentityScene();
        Attempt attempt = fresh.attempt();
        fresh.decide(T0, MX1, ALICE, BOB);
        fresh.decide(T0 + DELAY, MX1, ALICE, BOB);
        attempt.start(Source.NONE);
        byte[] text = "192.0.2.1 198.51.100.7".getBytes(StandardCharsets.ISO_8859_1);
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
    void theFirstRecipientThatPassesTellsByWhichIdentity() {
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        scene.judge(T0, unknown("192.0.2.2"), ALICE, "carol@example.net");
        Decision retry =
                scene.decide(T0 + DELAY, unknown("192.0.2.1"), ALICE, BOB, "carol@example.net");
        assertThat(retry.recipientReason(1)).isEqualTo(PASSED);
        assertThat(retry.identity()).isEqualTo(Identity.ADDRESS);
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

    @Test
    void aClientIsSaidToBeProvenOnce() {
        scene.judge(T0, MX1, ALICE, BOB);
        assertThat(scene.decide(T0 + DELAY - 1, MX1, ALICE, BOB).hasProved()).isFalse();
        assertThat(scene.decide(T0 + DELAY, MX1, ALICE, BOB).hasProved()).isTrue();
        assertThat(scene.decide(T0 + DELAY, MX1, ALICE, BOB).hasProved()).isFalse();
    }
}
