package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.ALICE;
import static org.greydaemon.decision.IdentityScene.BOB;
import static org.greydaemon.decision.IdentityScene.Client.named;
import static org.greydaemon.decision.IdentityScene.Client.unknown;
import static org.greydaemon.decision.IdentityScene.DAY;
import static org.greydaemon.decision.IdentityScene.DELAY;
import static org.greydaemon.decision.IdentityScene.MX1;
import static org.greydaemon.decision.IdentityScene.T0;
import static org.greydaemon.decision.Reason.NEW;

import org.greydaemon.decision.IdentityScene.Client;
import org.junit.jupiter.api.Test;

import java.util.List;

/// When SPF is asked, and what its word is worth (docs/rules.md).
final class SpfRulesTest {
    private final IdentityScene scene = new IdentityScene();

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

    /// Whose zone is silent may be anybody, and is proven no sooner than a suspect; but the domain
    /// has told by its record who sends for it.
    @Test
    void aPassWhileDnsIsSilentProvesTheDomainAndNotTheClient() {
        Client silent = unknown("192.0.2.1").withSpf();
        scene.judge(T0, silent, ALICE, BOB);
        scene.fill(silent, ALICE, BOB);
        scene.attempt().evidence().unanswered();
        assertThat(scene.judge(T0 + DELAY)).isEqualTo(Reason.PASSED);
        assertThat(scene.memory().mayHold(Key.Kind.CLIENT)).isFalse();
        assertThat(scene.memory().mayHold(Key.Kind.SPF_DOMAIN)).isTrue();
    }

    @Test
    void aPassWhileDnsIsSilentProvesNoDomainThatSpfDoesNotConfirm() {
        Client silent = unknown("192.0.2.1");
        scene.judge(T0, silent, ALICE, BOB);
        scene.fill(silent, ALICE, BOB);
        scene.attempt().evidence().unanswered();
        assertThat(scene.judge(T0 + DELAY)).isEqualTo(Reason.PASSED);
        assertThat(scene.memory().mayHold(Key.Kind.SPF_DOMAIN)).isFalse();
    }

    @Test
    void spfIsAskedFirstOnlyWhereItCouldLetMailPass() {
        Client unasked =
                new Client("192.0.2.1", List.of("a.host.example"), Evidence.Spf.UNKNOWN, "");
        assertThat(scene.decide(T0, unasked, ALICE, BOB).questions().isEmpty()).isTrue();
        scene.spfPassed(T0, false);
        Client other =
                new Client("198.51.100.1", List.of("b.other.example"), Evidence.Spf.UNKNOWN, "");
        assertThat(scene.decide(T0 + 1, other, ALICE, BOB).questions().isEmpty()).isTrue();
        assertThat(scene.decide(T0 + DELAY, other, ALICE, BOB).questions().spf()).isTrue();
    }

    /// Nobody is kept waiting for an answer of DNS that could change nothing.
    @Test
    void spfIsAskedFirstForADomainThatHasProvenItself() {
        Client first = named("192.0.2.1", "a.host.example").withSpf();
        scene.judge(T0, first, ALICE, BOB);
        scene.spfPassed(T0, true);
        Client other = new Client("198.51.100.1", List.of("b.x.example"), Evidence.Spf.UNKNOWN, "");
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
}
