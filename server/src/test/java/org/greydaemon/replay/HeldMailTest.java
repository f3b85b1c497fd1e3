package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.IntStream;

/// Mail that Postfix takes by an action, and that its queue manager never tells of: its client was
/// told 250, so it has come, and waits no longer (access(5), header_checks(5), milter8.c).
final class HeldMailTest {
    private static final String SMTPD = "mx postfix/smtpd[11]: ";
    private static final String CLEANUP = "mx postfix/cleanup[12]: ";
    private static final String CLIENT = "mx.example.org[192.0.2.1]";
    private static final String ENVELOPE = "; from=<a@x> to=<b@y> proto=ESMTP helo=<h>";
    private static final String BEGINS = SMTPD + "4F2: client=" + CLIENT;
    private static final String MESSAGE = CLEANUP + "4F2: message-id=<1@x>";
    private static final String CAME = " accept 192.0.2.1 [mx.example.org] <a@x> b@y";

    private final ShownAttempts attempts = new ShownAttempts(LogForm.POSTFIX);

    private List<String> read(String... lines) {
        return attempts.of(
                IntStream.range(0, lines.length)
                        .mapToObj(i -> "Nov 28 06:00:%02d ".formatted(i) + lines[i])
                        .toList());
    }

    private static String says(String id, String action, String recipient) {
        return SMTPD
                + id
                + ": "
                + action
                + ": RCPT from "
                + CLIENT
                + ": <"
                + recipient
                + ">: Recipient address triggers X; from=<a@x> to=<"
                + recipient
                + "> proto=ESMTP helo=<h>";
    }

    @ParameterizedTest
    @ValueSource(strings = {"hold", "discard", "milter-hold", "milter-discard"})
    void whatIsSaidBeforeThereIsAQueueFileIsOfTheNextOne(String action) {
        assertThat(
                        read(
                                says("NOQUEUE", "reject", "b@y")
                                        .replace(": <b", ": 450 Greylisted <b"),
                                says("NOQUEUE", action, "b@y"),
                                BEGINS,
                                MESSAGE))
                .containsExactly(
                        "06:00:00 defer 192.0.2.1 [mx.example.org] <a@x> b@y", "06:00:02" + CAME);
        assertThat(attempts.counted().refused()).isZero();
        assertThat(attempts.counted().malformed()).isZero();
    }

    @Test
    void whatIsSaidOfAQueueFileIsOfThat() {
        assertThat(
                        read(
                                BEGINS,
                                says("4F2", "hold", "b@y"),
                                says("4F2", "discard", "c@y"),
                                CLEANUP + "4F2: resent-message-id=<1@x>"))
                .containsExactly("06:00:00" + CAME, "06:00:00" + CAME.replace(" b@y", " c@y"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hold: header Subject: x; from=<q@q> to=<r@r> from " + CLIENT + ";",
                "discard: body x from " + CLIENT + ";",
                "milter-hold: END-OF-MESSAGE from " + CLIENT + ": milter triggers HOLD action;",
                "milter-discard: END-OF-MESSAGE from " + CLIENT + ": milter triggers;",
                "milter-header-hold: header X-Spam: yes from " + CLIENT + ";",
            })
    void cleanupSaysSoToo(String what) {
        assertThat(read(BEGINS, MESSAGE, CLEANUP + "4F2: " + what + ENVELOPE.substring(1)))
                .containsExactly("06:00:00" + CAME);
        assertThat(
                        read(
                                BEGINS,
                                MESSAGE,
                                CLEANUP + "4F2: " + what + ENVELOPE.substring(1) + ": by hand"))
                .containsExactly("06:00:00" + CAME);
    }

    /// An action is not the last word, and who has hung up has sent nothing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOQUEUE: reject: RCPT from mx.example.org[192.0.2.1]: 550 5.1.1 <b@y>: unknown",
                "4F2: reject: DATA from mx.example.org[192.0.2.1]: 550 5.7.1 <DATA>: no",
                "4F2: milter-reject: END-OF-MESSAGE from mx.example.org[192.0.2.1]: 5.7.1 spam",
                "4F2: reject: header Subject: x from mx.example.org[192.0.2.1]",
            })
    void whatIsRefusedAllTheSameHasNotCome(String refusal) {
        boolean before = refusal.startsWith("NOQUEUE");
        assertThat(
                        read(
                                says("NOQUEUE", "hold", "b@y"),
                                before ? SMTPD + refusal + ENVELOPE : BEGINS,
                                before ? BEGINS : MESSAGE,
                                before ? MESSAGE : CLEANUP + refusal + ENVELOPE))
                .isEmpty();
        assertThat(read(says("NOQUEUE", "hold", "b@y"), BEGINS)).isEmpty();
        assertThat(read(says("NOQUEUE", "discard", "b@y"))).isEmpty();
    }

    @Test
    void anotherClientsQueueFileIsNotThatOfTheAction() {
        assertThat(
                        read(
                                says("NOQUEUE", "hold", "b@y"),
                                BEGINS.replace("[192.0.2.1]", "[192.0.2.2]"),
                                MESSAGE))
                .isEmpty();
        assertThat(
                        read(
                                says("NOQUEUE", "hold", "b@y"),
                                BEGINS,
                                MESSAGE,
                                "mx postfix/qmgr[13]: 4F2: from=<other@x>, size=1, nrcpt=1",
                                "mx postfix/local[14]: 4F2: to=<d@y>, relay=local, status=sent"))
                .containsExactly("06:00:01 accept 192.0.2.1 [mx.example.org] <other@x> d@y");
    }

    /// REDIRECT leaves one recipient; who was asked for is told by the action alone.
    @Test
    void redirectedMailHasComeForThoseWhoWereAskedFor() {
        assertThat(
                        read(
                                says("NOQUEUE", "redirect", "b@y"),
                                BEGINS,
                                says("4F2", "redirect", "c@y"),
                                "mx postfix/qmgr[13]: 4F2: from=<a@x>, size=1, nrcpt=2",
                                "mx postfix/local[14]: 4F2: to=<spam@y>, orig_to=<b@y>,"
                                        + " relay=local, status=sent",
                                "mx postfix/qmgr[13]: 4F2: removed"))
                .containsExactlyInAnyOrder(
                        "06:00:01" + CAME, "06:00:01" + CAME.replace(" b@y", " c@y"));
    }

    /// BCC adds a recipient of whom the client knows nothing.
    @Test
    void whoGetsACopyWasNotAskedFor() {
        assertThat(
                        read(
                                says("NOQUEUE", "bcc", "b@y").replace(" X;", " BCC copies@y;"),
                                BEGINS,
                                says("4F2", "bcc", "c@y").replace(" X;", " BCC d@y;"),
                                "mx postfix/qmgr[13]: 4F2: from=<a@x>, size=1, nrcpt=2",
                                "mx postfix/local[14]: 4F2: to=<b@y>, relay=local, status=sent",
                                "mx postfix/local[14]: 4F2: to=<copies@y>, relay=local,"
                                        + " status=sent",
                                "mx postfix/local[14]: 4F2: to=<d@y>, relay=local, status=sent",
                                "mx postfix/qmgr[13]: 4F2: removed"))
                .containsExactly("06:00:01" + CAME);
    }

    /// WARN, INFO, PREPEND, FILTER and a permission that is logged change nothing.
    @ParameterizedTest
    @ValueSource(strings = {"warn", "info", "filter", "permit", "reject_warning", "delay"})
    void otherActionsDecideNothing(String action) {
        assertThat(read(says("NOQUEUE", action, "b@y"), BEGINS, MESSAGE)).isEmpty();
        assertThat(
                        read(
                                says("NOQUEUE", action, "c@y"),
                                BEGINS,
                                "mx postfix/qmgr[13]: 4F2: from=<a@x>, size=1, nrcpt=1",
                                "mx postfix/local[14]: 4F2: to=<b@y>, relay=local, status=sent",
                                "mx postfix/qmgr[13]: 4F2: removed"))
                .containsExactly("06:00:01" + CAME);
    }

    @Test
    void aHeldMessageThatIsReleasedAtOnceHasComeOnce() {
        assertThat(
                        read(
                                says("NOQUEUE", "hold", "b@y"),
                                BEGINS,
                                MESSAGE,
                                "mx postfix/postsuper[9]: 4F2: released from hold",
                                "mx postfix/qmgr[13]: 4F2: from=<a@x>, size=1, nrcpt=1",
                                "mx postfix/local[14]: 4F2: to=<b@y>, relay=local, status=sent",
                                "mx postfix/qmgr[13]: 4F2: removed"))
                .containsExactly("06:00:01" + CAME);
    }
}
