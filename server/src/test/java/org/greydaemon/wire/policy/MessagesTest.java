package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.gate.Deferral;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

final class MessagesTest {
    private final Messages messages = new Messages();

    private static Instance message(String name) {
        UUID digest = UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
        return new Instance(digest.getMostSignificantBits(), digest.getLeastSignificantBits());
    }

    private static Messages.RequestDigest rcpt(String recipient) {
        return new Messages.RequestDigest(message("RCPT " + recipient));
    }

    @Test
    void onlyTheSameRequestIsRepeatedAndOnlyForAMoment() {
        PolicyAnswer answer =
                PolicyAnswer.defer(
                        new Deferral(Optional.empty(), Reason.NEW, Suspicion.NONE, 300, 100));
        messages.answered(message("m"), rcpt("b@c"), answer);
        assertThat(messages.repeated(message("m"), rcpt("b@c"), 110)).contains(answer);
        assertThat(messages.repeated(message("m"), rcpt("d@c"), 100)).isEmpty();
        assertThat(messages.repeated(message("n"), rcpt("b@c"), 100)).isEmpty();
        assertThat(messages.repeated(message("m"), rcpt("b@c"), 111)).isEmpty();
    }

    @Test
    void eachAnswerIsRepeatedAsItWas() {
        List<PolicyAnswer> answers =
                List.of(
                        PolicyAnswer.pass(100),
                        PolicyAnswer.mark(77, 100),
                        PolicyAnswer.defer(
                                new Deferral(
                                        Optional.of("a line's reply"),
                                        Reason.EARLY,
                                        Suspicion.NO_NAME,
                                        1_000_000_000_000L,
                                        100)));
        for (PolicyAnswer answer : answers) {
            messages.answered(message("m"), rcpt("b@c"), answer);
            assertThat(messages.repeated(message("m"), rcpt("b@c"), 100)).contains(answer);
        }
        messages.mark(message("n"));
        assertThat(messages.repeated(message("n"), rcpt("b@c"), 100)).as("no answer").isEmpty();
    }

    /// Whoever is asked about again and again keeps its place.
    @Test
    void theMessageThatWasAskedAboutLongestAgoGoes() {
        messages.answered(message("busy"), rcpt("r"), PolicyAnswer.pass(0));
        for (int i = 0; i < 2 * Messages.MESSAGES_MAX; i++) {
            messages.answered(message("m" + i), rcpt("r"), PolicyAnswer.pass(0));
            assertThat(messages.repeated(message("busy"), rcpt("r"), 0)).isPresent();
        }
        assertThat(messages.mark(message("busy"))).isTrue();
        assertThat(messages.mark(message("busy"))).isFalse();
    }

    /// What somebody else was told is not said to who has taken his place.
    @Test
    void aPlaceIsTakenOverEmpty() {
        for (int i = 0; i < 3 * Messages.MESSAGES_MAX; i++) {
            messages.answered(message("a" + i), rcpt("r"), PolicyAnswer.pass(0));
            assertThat(messages.mark(message("a" + i))).isTrue();
            assertThat(messages.mark(message("b" + i))).isTrue();
            assertThat(messages.repeated(message("b" + i), rcpt("r"), 0)).isEmpty();
        }
    }

    @Test
    void aMessageIsMarkedOnce() {
        assertThat(messages.mark(message("m"))).isTrue();
        assertThat(messages.mark(message("m"))).isFalse();
        assertThat(messages.mark(message("n"))).isTrue();
    }

    @Test
    void aFloodOfMessagesPushesTheOldestOut() {
        messages.answered(message("first"), rcpt("r"), PolicyAnswer.pass(0));
        for (int i = 0; i < 2 * Messages.MESSAGES_MAX; i++) {
            messages.answered(message("m" + i), rcpt("r"), PolicyAnswer.pass(0));
        }
        assertThat(messages.size())
                .isBetween(Messages.MESSAGES_MAX * 9 / 10, Messages.MESSAGES_MAX);
        assertThat(messages.repeated(message("first"), rcpt("r"), 0)).isEmpty();
    }

    @Test
    void whenAMessageBeganStandsInPostfixsInstance() {
        assertThat(Instance.began("750f.6b02cd6b.d4fd3.0")).isEqualTo(0x6b02cd6bL);
        assertThat(Instance.began("q.9")).isEqualTo(Instance.UNKNOWN);
        assertThat(Instance.began("1.x.2.3")).isEqualTo(Instance.UNKNOWN);
    }
}
