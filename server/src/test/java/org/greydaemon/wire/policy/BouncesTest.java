package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.gate.Deferral;
import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

final class BouncesTest {
    private static final long START = 1000;

    private final Counter forgotten = new Metrics().counter(Metric.BOUNCES_FORGOTTEN);
    private final Bounces bounces = new Bounces(forgotten, START);

    private static Instance message(String name) {
        return new Instance(name.hashCode(), name.length());
    }

    private void ask(String name, long network, long now, String recipient) {
        bounces.recipient(message(name), network, now, recipient, now);
    }

    @Test
    void eachRecipientIsKeptOnceAndWhatDoesNotFitIsCut() {
        for (int i = 0; i < 3; i++) {
            ask("m", 1, 2000, "b@c");
        }
        assertThat(bounces.find(message("m"), 2000))
                .get()
                .satisfies(known -> {
                    assertThat(known.recipients()).containsExactly("b@c");
                    assertThat(known.asked()).isEqualTo(3);
                    assertThat(known.cut()).isFalse();
                });
        ask("m", 1, 2000, "x".repeat(Bounces.RECIPIENTS_OCTETS));
        assertThat(bounces.find(message("m"), 2000))
                .get()
                .satisfies(known -> {
                    assertThat(known.recipients()).containsExactly("b@c");
                    assertThat(known.cut()).isTrue();
                });
    }

    /// An address and what parts it from the next have to fit; RFC 5321 (4.5.3.1.3) allows 256
    /// octets.
    @ParameterizedTest
    @CsvSource({"1023, false", "1024, true"})
    void recipientsAreKeptAsFarAsThereIsRoom(int octets, boolean cut) {
        ask("m", 1, 2000, "x".repeat(octets));
        assertThat(bounces.find(message("m"), 2000).orElseThrow().cut()).isEqualTo(cut);
        assertThat(bounces.find(message("m"), 2000).orElseThrow().recipients().isEmpty())
                .isEqualTo(cut);
    }

    @Test
    void aVerdictHoldsUntilThereAreOtherRecipientsAndADeferralAlways() {
        PolicyAnswer deferred =
                PolicyAnswer.defer(
                        new Deferral(Optional.empty(), Reason.NEW, Suspicion.NONE, 300, 2000));
        for (PolicyAnswer verdict : new PolicyAnswer[] {PolicyAnswer.pass(2000), deferred}) {
            String name = verdict.kind().name();
            ask(name, 1, 2000, "b@c");
            bounces.judged(message(name), verdict);
            ask(name, 1, 2000, "b@c");
            assertThat(bounces.find(message(name), 2600).orElseThrow().verdict()).contains(verdict);
            ask(name, 1, 2600, "d@e");
            assertThat(bounces.find(message(name), 2600).orElseThrow().verdict().isPresent())
                    .isEqualTo(verdict.equals(deferred));
        }
    }

    @Test
    void aFloodOfOneNetworkPushesOutItsOwnAndWhatMayBeForgottenIsKnown() {
        ask("other", 2, 2000, "b@c");
        for (int i = 0; i < Bounces.MESSAGES_MAX + 9; i++) {
            bounces.recipient(message("m" + i), 1, 3000 + i, "b@c", 2000);
        }
        assertThat(bounces.size()).isEqualTo(Bounces.MESSAGES_MAX);
        assertThat(forgotten.value()).isEqualTo(10);
        assertThat(bounces.find(message("other"), 2000)).isPresent();
        assertThat(bounces.find(message("m9"), 2000)).isEmpty();
        assertThat(bounces.find(message("m10"), 2000)).isPresent();
        assertThat(bounces.mayBeForgotten(3009)).isTrue();
        assertThat(bounces.mayBeForgotten(3010)).isFalse();
    }

    /// The log says that there are too many, and it does so only then.
    @Test
    void onlyWhatComesWhenThereIsNoRoomMakesAnotherGo() {
        for (int i = 0; i < Bounces.MESSAGES_MAX; i++) {
            assertThat(bounces.recipient(message("m" + i), 1, 2000, "b@c", 2000)).isFalse();
        }
        assertThat(bounces.recipient(message("m0"), 1, 2000, "b@c", 2000)).isFalse();
        assertThat(bounces.recipient(message("m0"), 1, 2000, "d@e", 2000)).isFalse();
        assertThat(bounces.recipient(message("more"), 1, 2000, "b@c", 2000)).isTrue();
    }

    /// Two floods make room in turns, so that neither is pushed out by the other.
    @Test
    void whoHasMadeRoomHasFewer() {
        int half = Bounces.MESSAGES_MAX / 2;
        for (int i = 0; i < half + 1; i++) {
            ask("a" + i, 1, 2000, "b@c");
        }
        for (int i = 0; i < half - 1; i++) {
            ask("b" + i, 2, 2000, "b@c");
        }
        for (int i = 0; i < 4; i++) {
            ask("c" + i, 3, 2000, "b@c");
        }
        assertThat(bounces.find(message("a2"), 2000)).as("as many as the others").isEmpty();
        assertThat(bounces.find(message("a3"), 2000)).isPresent();
        assertThat(bounces.find(message("b0"), 2000)).as("then the others").isEmpty();
        assertThat(bounces.find(message("b1"), 2000)).isPresent();
    }

    @Test
    void whatIsTooOldIsForgottenAndThatIsKnownToo() {
        assertThat(bounces.mayBeForgotten(START)).as("before the start").isTrue();
        ask("m", 1, 2000, "b@c");
        ask("n", 1, 2000 + Bounces.KEPT_SECONDS, "b@c");
        assertThat(bounces.size()).as("just not too old").isEqualTo(2);
        ask("o", 1, 2001 + Bounces.KEPT_SECONDS, "b@c");
        assertThat(bounces.size()).isEqualTo(2);
        assertThat(bounces.find(message("m"), 2001 + Bounces.KEPT_SECONDS)).isEmpty();
        assertThat(bounces.mayBeForgotten(2000)).isTrue();
        assertThat(bounces.mayBeForgotten(2001)).isFalse();
        assertThat(forgotten.value()).as("it made no room").isZero();
    }
}
