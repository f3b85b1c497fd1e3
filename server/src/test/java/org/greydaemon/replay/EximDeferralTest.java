package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/// What Exim defers behind the data of a message, as rspamd's greylisting does, and what else it
/// tells of recipients (its smtp_in.c, receive.c, verify.c).
final class EximDeferralTest {
    private static final String ID = "1xXo0R-0003Ye-2q";
    private static final String HOST = "H=mx.example.org (helo) [192.0.2.1]";
    private static final String LATER = " temporarily rejected after DATA: Try again later";
    private static final String DEFERRED = "defer 192.0.2.1 [mx.example.org] <a@x> ";
    private static final String ACCEPTED = "accept 192.0.2.1 [mx.example.org] <a@x> ";

    private final ShownAttempts attempts = new ShownAttempts(LogForm.EXIM);
    private final ReadLines counted = attempts.counted();

    /// @param lines each with its clock, `06:00:00 text`
    private List<String> read(String... lines) {
        List<String> dated = new ArrayList<>();
        for (String line : lines) {
            dated.add("2026-11-28 " + line);
        }
        return attempts.of(dated);
    }

    private static String[] taken(String clock, String id, String sender, String host) {
        return new String[] {
            clock + " " + id + " <= " + sender + " " + host + " P=esmtp S=9",
            clock + " " + id + " => bob <b@y> R=local T=maildir",
            clock + " " + id + " -> carol <c@y> R=local T=maildir",
            clock + " " + id + " Completed"
        };
    }

    private static String[] with(String first, String... others) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(others));
        return all.toArray(new String[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HOST + " F=<a@x>" + LATER,
                HOST + ":4711 I=[192.0.2.99]:25 X=TLS1.3:A:256 CV=no F=<a@x>" + LATER,
                " DS" + HOST + " F=<a@x> temporarily rejected after DATA",
                HOST
                        + " U=root F=<A@X> SPF=pass temporarily rejected during MIME ACL checks:"
                        + " later",
                HOST + " F=<a@x> temporarily rejected after DATA PRDR: greylisting found spam",
                "F=a@x " + HOST + " P=esmtp temporarily rejected by local_scan(): greylisted",
            })
    void aMessageThatComesAgainTellsWhomItWasFor(String deferral) {
        assertThat(
                        read(
                                with(
                                        "06:00:00 " + ID + " " + deferral,
                                        taken("06:20:00", "2a", "a@x", HOST))))
                .containsExactly(
                        "06:00:00 " + DEFERRED + "b@y",
                        "06:00:00 " + DEFERRED + "c@y",
                        "06:20:00 " + ACCEPTED + "b@y",
                        "06:20:00 " + ACCEPTED + "c@y");
        assertThat(counted.refused()).isZero();
        assertThat(counted.unnamed()).isZero();
        assertThat(counted.malformed()).isZero();
        assertThat(counted.backward()).isZero();
    }

    @Test
    void theSignedUserOfADeferralIsNoPartOfItsSender() {
        assertThat(
                        attempts.read(
                                List.of(
                                        "2026-11-28 06:00:00 1a "
                                                + HOST
                                                + " F=<a@x> A=plain:joe temporarily rejected after"
                                                + " DATA: later for <b@y>")))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.envelope().authenticated()).isTrue();
                    assertThat(one.envelope().sender()).isEqualTo("a@x");
                });
    }

    /// Others come meanwhile, and keep their order.
    @Test
    void attemptsWaitForThoseThatAreKnownLater() {
        String other =
                " H=o.example [192.0.2.9] F=<o@x> temporarily rejected RCPT <d@y>: greylisted";
        List<String> lines = new ArrayList<>();
        lines.add("05:00:00" + other);
        lines.add("06:00:00 " + ID + " " + HOST + " F=<a@x>" + LATER);
        lines.add("06:10:00 " + ID + " H=o.example [198.51.100.1] F=<a@x>" + LATER);
        lines.add("07:00:00" + other);
        lines.addAll(List.of(taken("09:00:00", "2a", "a@x", HOST)));
        assertThat(read(lines.toArray(new String[0])))
                .containsExactly(
                        "05:00:00 defer 192.0.2.9 [o.example] <o@x> d@y",
                        "06:00:00 " + DEFERRED + "b@y",
                        "06:00:00 " + DEFERRED + "c@y",
                        "06:10:00 defer 198.51.100.1 [o.example] <a@x> b@y",
                        "06:10:00 defer 198.51.100.1 [o.example] <a@x> c@y",
                        "07:00:00 defer 192.0.2.9 [o.example] <o@x> d@y",
                        "09:00:00 " + ACCEPTED + "b@y",
                        "09:00:00 " + ACCEPTED + "c@y");
        assertThat(counted.backward()).isZero();
    }

    /// Who is deferred again and again keeps nobody else's waiting.
    @Test
    void afterADayAMessageIsAnotherWhoeverElseIsStillTried() {
        List<String> lines = new ArrayList<>();
        for (int day = 1; day <= 6; day++) {
            for (int hour = 0; hour < 24; hour += 6) {
                lines.add(
                        "2026-11-%02d %02d:00:00 1z H=o [192.0.2.9] F=<o@x>%s"
                                .formatted(day, hour, LATER));
            }
            if (day == 1) {
                lines.add("2026-11-01 19:00:00 " + ID + " " + HOST + " F=<a@x>" + LATER);
            }
        }
        for (String line : taken("20:00:00", "2a", "a@x", HOST)) {
            lines.add("2026-11-06 " + line);
        }
        assertThat(attempts.of(lines))
                .containsExactly("20:00:00 " + ACCEPTED + "b@y", "20:00:00 " + ACCEPTED + "c@y");
        assertThat(counted.unnamed()).isEqualTo(25); // 24 of them are the other one's.
    }

    /// A bounce has no sender to be known by.
    @Test
    void aBounceIsKnownByItsClient() {
        String bounce = " F=<>" + LATER;
        assertThat(
                        read(
                                with(
                                        "06:00:00 1a H=[192.0.2.2]" + bounce,
                                        with(
                                                "06:01:00 1b H=[192.0.2.1]" + bounce,
                                                taken("06:20:00", "2a", "<>", "H=[192.0.2.1]")))))
                .containsExactly(
                        "06:01:00 defer 192.0.2.1 [] <> b@y",
                        "06:01:00 defer 192.0.2.1 [] <> c@y",
                        "06:20:00 accept 192.0.2.1 [] <> b@y",
                        "06:20:00 accept 192.0.2.1 [] <> c@y");
        assertThat(counted.unnamed()).isEqualTo(1);
    }

    /// As docs/exim.md has it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "greylisted: grey for b@y, c@y",
                "greylisted for <b@y> <c@y>",
                "later for b@y c@y",
            })
    void aReasonMayTellTheRecipients(String reason) {
        assertThat(
                        read(
                                "06:00:00 1a "
                                        + HOST
                                        + " F=<a@x> temporarily rejected after DATA: "
                                        + reason))
                .containsExactly("06:00:00 " + DEFERRED + "b@y", "06:00:00 " + DEFERRED + "c@y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rejected after DATA: spam",
                "rejected during MIME ACL checks: no",
                "temporarily rejected after DATA: virus scanner unavailable",
                "temporarily rejected after DATA: Unable to check for spam",
                "temporarily rejected after DATA: Could not complete sender verify",
                "temporarily rejected by local_scan(): timed out",
            })
    void whatIsRefusedBehindTheDataForOtherReasonsIsNoAttempt(String refusal) {
        String line = "06:00:00 1a " + HOST + " F=<a@x> " + refusal;
        assertThat(read(with(line, taken("06:20:00", "2a", "a@x", HOST))))
                .allMatch(attempt -> attempt.startsWith("06:20:00 accept"));
        assertThat(counted.refused()).isEqualTo(1);
        assertThat(counted.unnamed()).isZero();
        assertThat(counted.malformed()).isZero();
    }

    @Test
    void aScannerThatFailedHasDeferredIt() {
        String failure = "06:00:00 1a malware acl condition: clamd: unable to connect";
        String bare = HOST + " F=<a@x> temporarily rejected after DATA";
        read(failure, "06:00:00 1a " + bare);
        assertThat(counted.refused()).isEqualTo(1);
        read(failure, "06:00:00 1a " + bare + ": greylisted", "06:00:00 1b " + bare);
        assertThat(counted.refused()).isEqualTo(1);
        assertThat(counted.unnamed()).isEqualTo(2);
    }

    /// At DATA not even the sender is told.
    @Test
    void whatNeverComesAgainIsCounted() {
        assertThat(
                        read(
                                "06:00:00 1a " + HOST + " F=<a@x>" + LATER,
                                "06:00:00 1a " + HOST + " F=<b@x>" + LATER,
                                "06:00:00 " + HOST + " temporarily rejected DATA: greylisted",
                                "06:00:01 H=x [127.0.0.1] temporarily rejected DATA: greylisted"))
                .isEmpty();
        assertThat(counted.unnamed()).isEqualTo(3);
        assertThat(counted.locals()).isEqualTo(1);
    }

    @Test
    void afterADayAMessageIsAnother() {
        List<String> lines = new ArrayList<>();
        lines.add("2026-11-26 06:00:00 1a " + HOST + " F=<a@x>" + LATER);
        for (String line : taken("06:00:01", "2a", "a@x", HOST)) {
            lines.add("2026-11-27 " + line);
        }
        assertThat(attempts.of(lines)).hasSize(2);
        assertThat(counted.unnamed()).isEqualTo(1);
    }

    /// With `+received_recipients` the arrival tells all, also of a message that waits in the
    /// queue.
    @Test
    void anArrivalMayTellTheRecipients() {
        String arrival = "06:00:00 1a <= a@x " + HOST + " P=esmtp S=9 id=1@x ";
        assertThat(
                        read(
                                arrival + "T=\"x\\\" for q@q\" from <a@x> for b@y \"c d\"@y",
                                "06:00:01 1a => bob <elsewhere@y> R=local T=maildir",
                                "06:00:02 1a Completed"))
                .containsExactly("06:00:00 " + ACCEPTED + "b@y", "06:00:00 " + ACCEPTED + "c d@y");
        assertThat(read(arrival + "T=\"x for b@y\"", "06:00:00 1a Completed")).isEmpty();
        assertThat(read(arrival + "T=\"x for b@y", "06:00:00 1a Completed")).isEmpty();
    }

    /// Cut-through delivery is over before its message has arrived.
    @Test
    void whatIsDeliveredWhileTheClientWaitsIsToldBeforeItArrives() {
        assertThat(
                        read(
                                "06:00:00 1a >> b@y R=dns T=smtp H=z [192.0.2.5] C=\"250 Ok\"",
                                "06:00:00 1a <= a@x " + HOST + " P=esmtp S=9",
                                "06:00:00 1a Completed"))
                .containsExactly("06:00:00 " + ACCEPTED + "b@y");
    }

    /// DISCARD of an ACL.
    @Test
    void whatIsThrownAwayGoesToNobodyOfThatName() {
        String arrival = "06:00:00 1a <= a@x " + HOST + " P=esmtp S=9";
        String away = "06:00:00 1a => blackhole (DATA ACL discarded recipients): spam";
        assertThat(read(arrival, away, "06:00:00 1a Completed")).isEmpty();
        assertThat(read(arrival + " for b@y", away, "06:00:00 1a Completed"))
                .containsExactly("06:00:00 " + ACCEPTED + "b@y");
        assertThat(
                        read(
                                arrival,
                                "06:00:00 1a => blackhole <blackhole@y> R=local T=maildir",
                                "06:00:00 1a Completed"))
                .containsExactly("06:00:00 " + ACCEPTED + "blackhole@y");
    }

    /// busybox has the facility, and relays put their names before it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 28 06:00:00 mx mail.info exim[77]: ",
                "Nov 28 06:00:00 <mail.info> mx exim[77]: 2026-11-28 06:00:00 ",
                "Nov 28 06:00:00 loghost mx exim4[77]: ",
                "Nov 28 06:00:00 loghost Nov 28 06:00:00 mx exim4[77]: ",
            })
    void whateverStandsBeforeTheProgram(String begin) {
        assertThat(
                        attempts.of(
                                List.of(
                                        begin
                                                + HOST
                                                + " F=<a@x> temporarily rejected RCPT <b@y>:"
                                                + " grey")))
                .containsExactly("06:00:00 " + DEFERRED + "b@y");
    }

    /// What waits behind is bounded: then it goes on, and what is known later is moved.
    @Test
    void notForEverDoOthersWait() {
        List<String> lines = new ArrayList<>();
        lines.add("2026-11-28 01:00:00 1a " + HOST + " F=<a@x>" + LATER);
        for (int i = 0; i < 50_010; i++) {
            lines.add(
                    "2026-11-28 02:%02d:%02d H=o.example [192.0.2.9] F=<%d@x> temporarily rejected RCPT <d@y>: grey"
                            .formatted(i / 900, i / 15 % 60, i));
        }
        for (String line : taken("03:00:00", "2a", "a@x", HOST)) {
            lines.add("2026-11-28 " + line);
        }
        List<String> all = attempts.of(lines);
        assertThat(all).hasSize(50_014);
        assertThat(all.getFirst()).isEqualTo("02:00:00 defer 192.0.2.9 [o.example] <0@x> d@y");
        assertThat(counted.backward()).isEqualTo(2);
    }
}
