package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Reason.BOUNCE;
import static org.greydaemon.decision.Reason.EARLY;
import static org.greydaemon.decision.Reason.KNOWN;
import static org.greydaemon.decision.Reason.LATE;
import static org.greydaemon.decision.Reason.MALFORMED;
import static org.greydaemon.decision.Reason.NEW;
import static org.greydaemon.decision.Reason.PASSED;
import static org.greydaemon.decision.Scene.DAY;
import static org.greydaemon.decision.Scene.HOUR;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/// What the original's rules decide beyond the replies that ConformanceTest compares: reasons of
/// single recipients, waiting times, lifetimes.
final class OriginalRulesTest {
    private static final long T0 = 1_700_000_000;
    private static final long MIN = 300;
    private static final long MAX = 12 * HOUR;
    private static final long RETENTION = 7 * DAY;

    private final Scene scene =
            new Scene(new OriginalRules(new RetryWindow(MIN, MAX), new Retention(RETENTION)));

    @ParameterizedTest(name = "after {0} s: {1}")
    @CsvSource({
        "0, EARLY",
        "299, EARLY",
        "300, PASSED",
        "43199, PASSED",
        "43200, LATE",
        "-100000, EARLY"
    })
    void aRetryCountsInTheWindowOnly(long after, Reason wanted) {
        assertThat(scene.judge(T0, "192.0.2.1 a@b c@d")).isEqualTo(NEW);
        assertThat(scene.judge(T0 + after, "192.0.2.1 a@b c@d")).isEqualTo(wanted);
    }

    @ParameterizedTest(name = "{0} then {1}: {2}")
    @CsvSource({
        "ok, new, NEW",
        "new, ok, NEW",
        "ok, young, EARLY",
        "young, ok, EARLY",
        "ok, stale, LATE",
        "new, young, EARLY",
        "young, new, NEW",
        "ok, ok, PASSED"
    })
    void theLastRecipientThatIsNotDueDecides(String first, String second, Reason wanted) {
        scene.judge(T0 - MAX, "192.0.2.1 a@b stale");
        scene.judge(T0 - MIN, "192.0.2.1 a@b ok");
        scene.judge(T0 - 1, "192.0.2.1 a@b young");
        assertThat(scene.judge(T0, "192.0.2.1 a@b " + first + " " + second)).isEqualTo(wanted);
    }

    @Test
    void oneMaturedRecipientProvesTheClientOfADeferredMessage() {
        scene.judge(T0, "192.0.2.1 a@b ok");
        Decision decision = scene.decide(T0 + MIN, "192.0.2.1 a@b ok new");
        assertThat(List.of(decision.recipientReason(0), decision.recipientReason(1)))
                .containsExactly(PASSED, NEW);
        assertThat(decision.reason()).isEqualTo(NEW);
        assertThat(scene.judge(T0 + MIN, "192.0.2.1 a@b new")).isEqualTo(KNOWN);
    }

    @Test
    void aBounceIsAcceptedAndNoFurtherRecipientLookedAt() {
        Decision decision = scene.decide(T0, "192.0.2.1 <> plain list-joe=x@y unseen");
        assertThat(decision.reason()).isEqualTo(BOUNCE);
        assertThat(decision.recipients()).isEqualTo(2);
        assertThat(scene.memory().times()).hasSize(1);
    }

    @Test
    void aFaultBehindARecipientLeavesWhatWasRemembered() {
        assertThat(scene.decide(T0, "192.0.2.1 a@b c@d", Attempt.Fault.NO_RECIPIENT).reason())
                .isEqualTo(MALFORMED);
        assertThat(scene.judge(T0 + MIN, "192.0.2.1 a@b c@d")).isEqualTo(PASSED);
    }

    @Test
    void aKnownClientNeedsNoSender() {
        scene.judge(T0, "192.0.2.1 a@b c@d");
        scene.judge(T0 + MIN, "192.0.2.1 a@b c@d");
        assertThat(scene.decide(T0 + MIN, "192.0.2.1 a@b c@d", Attempt.Fault.NO_SENDER).reason())
                .isEqualTo(KNOWN);
    }

    @Test
    void aPassProvesOnceAndTellsTheLongestWait() {
        scene.judge(T0 - 100, "192.0.2.1 a@b longer");
        scene.judge(T0, "192.0.2.1 a@b c@d");
        Decision decision = scene.decide(T0 + MIN, "192.0.2.1 a@b c@d longer");
        assertThat(decision.hasProved()).isTrue();
        assertThat(decision.waitedSeconds()).isEqualTo(MIN + 100);
        assertThat(decision.retryInSeconds()).isZero();
        decision = scene.decide(T0 + MIN, "192.0.2.1 a@b c@d");
        assertThat(decision.hasProved()).isFalse();
        assertThat(decision.waitedSeconds()).isZero();
    }

    @Test
    void aStrangerNeedsASender() {
        Decision decision = scene.decide(T0, "192.0.2.1 a@b c@d", Attempt.Fault.NO_SENDER);
        assertThat(decision.reason()).isEqualTo(MALFORMED);
        assertThat(scene.memory().times()).isEmpty();
    }

    @Test
    void theseRulesSuspectNobody() {
        assertThat(
                        new OriginalRules(new RetryWindow(MIN, MAX), new Retention(RETENTION))
                                .suspicion(Attempts.attempt("192.0.2.1", "a@b", "c@d")))
                .contains(Suspicion.NONE);
    }

    @Test
    void aClientHasOneTripletWithARecipient() {
        Rules rules = new OriginalRules(new RetryWindow(MIN, MAX), new Retention(RETENTION));
        List<String> shown = new ArrayList<>();
        Attempt attempt = Attempts.attempt("192.0.2.1", "a@b", "c@d", "e@f");
        rules.triplets(
                attempt,
                1,
                scene.memory(),
                T0,
                key -> shown.add(new String(key.bytes(), 0, key.length(), US_ASCII)));
        assertThat(shown).containsExactly("192.0.2.1a@be@f");
    }

    @Test
    void theSecondsToWaitAreHonest() {
        assertThat(scene.decide(T0, "192.0.2.1 a@b c@d").retryInSeconds()).isEqualTo(MIN);
        assertThat(scene.decide(T0 + 10, "192.0.2.1 a@b c@d").retryInSeconds()).isEqualTo(MIN - 10);
        assertThat(scene.decide(T0 + MAX, "192.0.2.1 a@b c@d").reason()).isEqualTo(LATE);
        assertThat(scene.decide(T0 + MAX, "192.0.2.1 a@b c@d").reason()).isEqualTo(EARLY);
    }

    @Test
    void aTripletIsKeptUntilTheClientItProvedCanBeForgotten() {
        Rules.Lifetimes lifetimes =
                new OriginalRules(new RetryWindow(MIN, MAX), new Retention(RETENTION)).lifetimes();
        assertThat(lifetimes.isKept(Key.Kind.TRIPLET, T0, T0 + MAX + RETENTION - 1)).isTrue();
        assertThat(lifetimes.isKept(Key.Kind.TRIPLET, T0, T0 + MAX + RETENTION)).isFalse();
        assertThat(lifetimes.isSaved(Key.Kind.TRIPLET, T0, T0 + MAX)).isFalse();
    }
}
