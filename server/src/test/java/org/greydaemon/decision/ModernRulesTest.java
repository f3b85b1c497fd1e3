package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Reason.EARLY;
import static org.greydaemon.decision.Reason.KNOWN;
import static org.greydaemon.decision.Reason.LATE;
import static org.greydaemon.decision.Reason.MALFORMED;
import static org.greydaemon.decision.Reason.NEW;
import static org.greydaemon.decision.Reason.PASSED;
import static org.greydaemon.decision.Scene.DAY;
import static org.greydaemon.decision.Scene.HOUR;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// The modern rules, a row for each sentence of RFC 6647 that they follow.
final class ModernRulesTest {
    private static final long MIN = 240;
    private static final long MAX = 24 * HOUR;
    private static final long RETENTION = 35 * DAY;
    private static final long T0 = 1_700_000_000;
    private static final String MAIL = "192.0.2.1 a@example.org b@example.net";
    private static final String SECOND_RECIPIENT = "192.0.2.1 a@example.org c@example.net";
    private static final String OTHER_SENDER = "192.0.2.1 z@example.com y@example.net";
    private static final String OTHER_CLIENT = "192.0.2.2 a@example.org b@example.net";
    private static final String BOUNCE = "192.0.2.1 <> b@example.net";

    /// One attempt: seconds after the first one, the envelope, the reason wanted.
    record Try(long at, String envelope, Reason wanted) {}

    /// A row: what RFC 6647 (or we) say, and the attempts that show it.
    record Row(String rule, List<Try> tries) {
        @Override
        public String toString() {
            return rule;
        }
    }

    private static Row row(String rule, Try... tries) {
        return new Row(rule, List.of(tries));
    }

    private static Try at(long seconds, String envelope, Reason wanted) {
        return new Try(seconds, envelope, wanted);
    }

    static final List<Row> ROWS =
            List.of(
                    row("5 (1): a triplet that was never seen is deferred", at(0, MAIL, NEW)),
                    row(
                            "5 (1): the triplet is client, sender and recipient: another recipient"
                                    + " is another",
                            at(0, MAIL, NEW),
                            at(MIN, SECOND_RECIPIENT, NEW)),
                    row(
                            "5 (1): another client is another triplet",
                            at(0, MAIL, NEW),
                            at(MIN, OTHER_CLIENT, NEW)),
                    row(
                            "5 (1): once it passes, everything from that client passes, whatever"
                                    + " the envelope",
                            at(0, MAIL, NEW),
                            at(MIN, MAIL, PASSED),
                            at(MIN + 1, OTHER_SENDER, KNOWN),
                            at(MIN + 1, BOUNCE, KNOWN)),
                    row(
                            "5 (1): and nothing from another client",
                            at(0, MAIL, NEW),
                            at(MIN, MAIL, PASSED),
                            at(MIN + 1, OTHER_CLIENT, NEW)),
                    row(
                            "5 (2): a retry before the window is deferred",
                            at(0, MAIL, NEW),
                            at(MIN - 1, MAIL, EARLY)),
                    row(
                            "5 (2): a retry at the window's first second passes",
                            at(0, MAIL, NEW),
                            at(MIN, MAIL, PASSED)),
                    row(
                            "5 (2): a retry in the window's last second passes",
                            at(0, MAIL, NEW),
                            at(MAX - 1, MAIL, PASSED)),
                    row(
                            "5 (2): a retry after the window counts as new, and first-seen is"
                                    + " reset",
                            at(0, MAIL, NEW),
                            at(MAX, MAIL, LATE),
                            at(MAX + MIN - 1, MAIL, EARLY),
                            at(MAX + MIN, MAIL, PASSED)),
                    row(
                            "5 (3): a proven client is known while mail keeps coming, for as long"
                                    + " as it likes",
                            at(0, MAIL, NEW),
                            at(MIN, MAIL, PASSED),
                            at(MIN + RETENTION - 1, OTHER_SENDER, KNOWN),
                            at(MIN + 2 * RETENTION - 2, OTHER_SENDER, KNOWN)),
                    row(
                            "5 (3): a client without traffic for the retention is dropped",
                            at(0, MAIL, NEW),
                            at(MIN, MAIL, PASSED),
                            at(MIN + RETENTION, OTHER_SENDER, NEW)),
                    row(
                            "4.2: a client that retries too early too often is not postponed",
                            at(0, MAIL, NEW),
                            at(1, MAIL, EARLY),
                            at(60, MAIL, EARLY),
                            at(MIN - 1, MAIL, EARLY),
                            at(MIN, MAIL, PASSED)),
                    row(
                            "4.2: a client that backs off for hours passes at its first late try",
                            at(0, MAIL, NEW),
                            at(12 * HOUR, MAIL, PASSED)),
                    row(
                            "null sender: a bounce that is retried passes, but never proves the"
                                    + " client",
                            at(0, BOUNCE, NEW),
                            at(MIN, BOUNCE, PASSED),
                            at(MIN + 1, MAIL, NEW)),
                    row(
                            "null sender: a VERP-looking recipient is not let in for it",
                            at(0, "192.0.2.1 <> list-owner-joe=example.org@example.net", NEW)),
                    row(
                            "one matured triplet passes the message, whichever recipient it is",
                            at(0, MAIL, NEW),
                            at(
                                    MIN,
                                    "192.0.2.1 a@example.org new@example.net b@example.net",
                                    PASSED)),
                    row(
                            "of recipients that are not due, the one nearest to passing speaks",
                            at(0, MAIL, NEW),
                            at(10, "192.0.2.1 a@example.org b@example.net new@example.net", EARLY)),
                    row(
                            "a first attempt in the future starts over: a bad clock costs one wait",
                            at(50 * DAY, MAIL, NEW),
                            at(0, MAIL, LATE),
                            at(MIN, MAIL, PASSED)),
                    row(
                            "no recipient at all is malformed",
                            at(0, "192.0.2.1 a@example.org", MALFORMED)));

    @ParameterizedTest
    @FieldSource("ROWS")
    void rule(Row row) {
        Scene scene = new Scene(rules());
        for (Try attempt : row.tries()) {
            assertThat(scene.judge(T0 + attempt.at(), attempt.envelope()))
                    .describedAs("after %d s: %s", attempt.at(), attempt.envelope())
                    .isEqualTo(attempt.wanted());
        }
    }

    private static ModernRules rules() {
        return new ModernRules(new RetryWindow(MIN, MAX), new Retention(RETENTION));
    }

    @Test
    void aMalformedRequestChangesNothing() {
        Scene scene = new Scene(rules());
        assertThat(scene.decide(T0, MAIL, Attempt.Fault.NO_RECIPIENT).reason())
                .isEqualTo(MALFORMED);
        assertThat(scene.memory().times()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anExemptRecipientIsNamedAndTheOthersDecide(boolean isModern) {
        Rules rules =
                isModern
                        ? rules()
                        : new OriginalRules(new RetryWindow(MIN, MAX), new Retention(RETENTION));
        Attempt attempt =
                Attempts.attempt("192.0.2.1", "a@example.org", "x@example.net", "b@example.net");
        attempt.cause(0, Attempts.PASSES);
        attempt.cause(1, Cause.NONE);
        Decision decision = new Decision(2);
        MapMemory memory = new MapMemory();
        for (Reason reason : new Reason[] {NEW, PASSED}) {
            decision.start();
            rules.judge(attempt, memory, reason == NEW ? T0 : T0 + MIN, decision);
            assertThat(decision.reason()).isEqualTo(reason);
            assertThat(decision.recipients()).isEqualTo(2);
            assertThat(decision.recipientReason(0)).isEqualTo(Reason.EXEMPT);
            assertThat(decision.recipientReason(1)).isEqualTo(reason);
        }
    }

    @Test
    void theSecondsToWaitAreThoseOfTheFirstRecipientThatWillPass() {
        Scene scene = new Scene(rules());
        assertThat(scene.decide(T0, MAIL).retryInSeconds()).isEqualTo(MIN);
        Decision decision =
                scene.decide(T0 + 100, "192.0.2.1 a@example.org new@example.net b@example.net");
        assertThat(decision.retryInSeconds()).isEqualTo(MIN - 100);
    }

    @Test
    void aPassTellsHowLongTheMailHasWaited() {
        Scene scene = new Scene(rules());
        assertThat(scene.decide(T0, MAIL).waitedSeconds()).isZero();
        Decision decision = scene.decide(T0 + 500, MAIL);
        assertThat(decision.waitedSeconds()).isEqualTo(500);
        assertThat(decision.retryInSeconds()).isZero();
    }

    @Test
    void aQuietClientIsKeptForTheRetentionAndALateTripletForOneMoreWindow() {
        Rules.Lifetimes lifetimes = rules().lifetimes();
        assertThat(lifetimes.isKept(Key.Kind.CLIENT, T0, T0 + RETENTION - 1)).isTrue();
        assertThat(lifetimes.isKept(Key.Kind.CLIENT, T0, T0 + RETENTION)).isFalse();
        assertThat(lifetimes.isKept(Key.Kind.TRIPLET, T0, T0 + 2 * MAX - 1)).isTrue();
        assertThat(lifetimes.isKept(Key.Kind.TRIPLET, T0, T0 + 2 * MAX)).isFalse();
        assertThat(lifetimes.isSaved(Key.Kind.TRIPLET, T0, T0 + MAX - 1)).isTrue();
        assertThat(lifetimes.isSaved(Key.Kind.TRIPLET, T0, T0 + MAX)).isFalse();
    }
}
