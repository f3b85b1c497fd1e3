package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// What attempts a log of Postfix tells of.
final class PostfixLinesTest {
    private static final String SMTPD = "mx postfix/smtpd[11]: ";

    private final TestLog log = new TestLog();

    @Test
    void postfixTellsDeferralsInOneLineAndArrivalsInSeveral() {
        String smtpd = " mx postfix/smtpd[1]: ";
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                "Nov 28 06:00:00"
                                        + smtpd
                                        + "connect from mx.example.org[192.0.2.1]",
                                "Nov 28 06:00:01"
                                        + smtpd
                                        + "NOQUEUE: reject: RCPT from mx.example.org[192.0.2.1]:"
                                        + " 450 4.7.1 <b@example.net>: Recipient address rejected:"
                                        + " Greylisted, try again in 240 seconds;"
                                        + " from=<a@example.org> to=<b@example.net> proto=ESMTP"
                                        + " helo=<mx.example.org>",
                                "Nov 28 06:09:59"
                                        + smtpd
                                        + "4F2: client=MX.example.org[192.0.2.1]:44321",
                                "Nov 28 06:10:00 mx postfix/qmgr[2]: 4F2: from=<a@example.org>,"
                                        + " size=1, nrcpt=2 (queue active)",
                                "Nov 28 06:10:00 mx postfix/local[3]: 4F2: to=<bob@mx>,"
                                        + " orig_to=<b@example.net>, relay=local, status=sent (x)",
                                "Nov 28 06:10:00 mx postfix/local[3]: 4F2: to=<c@example.net>,"
                                        + " relay=local, status=sent (x)",
                                "Nov 28 06:10:01 mx postfix/qmgr[2]: 4F2: removed",
                                "Nov 28 06:10:02"
                                        + smtpd
                                        + "5F2: client=unknown[198.51.100.9], sasl_method=PLAIN,"
                                        + " sasl_username=carol",
                                "Nov 28 06:10:03 mx postfix/qmgr[2]: 5F2: from=<>, size=1, nrcpt=1",
                                "Nov 28 06:10:03 mx postfix/smtp[3]: 5F2: to=<d@example.com>,"
                                        + " relay=x, status=sent (y)"))
                .containsExactly(
                        "06:00:01 defer 192.0.2.1 [mx.example.org] mx.example.org <a@example.org>"
                                + " b@example.net 1",
                        "06:09:59 accept 192.0.2.1 [mx.example.org]  <a@example.org>"
                                + " b@example.net 1",
                        "06:09:59 accept 192.0.2.1 [mx.example.org]  <a@example.org>"
                                + " c@example.net 1",
                        "06:10:02 accept 198.51.100.9 []  <> d@example.com 1 authenticated");
        assertThat(log.counted().malformed()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "554 5.7.1 <b@example.net>: Recipient address rejected: Access denied | 1",
                "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1] | 1",
                "450 4.1.8 <a@example.org>: Sender address rejected: Domain not found | 1",
                "451 4.3.0 <b@example.net>: Temporary lookup failure | 1",
                "450 4.7.1 Service unavailable; Client host [192.0.2.1] blocked using x.example |"
                        + " 1",
                "450 4.7.1 <b@example.net>: Recipient address rejected: come back later | 0",
                "450 4.7.1 <hotls@example.net>: Recipient address rejected: come back later | 0",
                "450 4.7.1 <greylist@example.net>: Recipient address rejected: unverified address |"
                        + " 1",
                "451 4.7.1 Greylisting in action, please come back | 0",
            })
    void whatPostfixRefusesForOtherReasonsIsNoAttempt(String reply, int refused) {
        List<Recorded> found =
                log.read(
                        LogForm.POSTFIX,
                        "Nov 28 06:00:01 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from"
                                + " unknown[192.0.2.1]: "
                                + reply
                                + "; from=<a@example.org> to=<b@example.net> proto=SMTP helo=<x>");
        assertThat(log.counted().refused()).isEqualTo(refused);
        assertThat(found).hasSize(1 - refused);
    }

    /// postscreen asks nobody, has no names, and commas between its fields (postscreen_smtpd.c).
    @Test
    void whatPostscreenRefusesIsNoAttempt() {
        String line =
                "Nov 28 06:00:01 mx postfix/postscreen[1]: NOQUEUE: reject: RCPT from"
                        + " [192.0.2.1]:50183: %s; from=<a@example.org>, to=<b@example.net>,"
                        + " proto=ESMTP, helo=<x>";
        assertThat(
                        log.read(
                                LogForm.POSTFIX,
                                line.formatted("450 4.3.2 Service currently unavailable"),
                                line.formatted(
                                        "550 5.7.1 Service unavailable; client [192.0.2.1] blocked"
                                                + " using zen.example.org")))
                .isEmpty();
        assertThat(log.counted().malformed()).isZero();
        assertThat(log.counted().refused()).isEqualTo(2);
    }

    /// Actions of access(5) and lines of other programs with the same words: as Postfix 3.7 logs
    /// them.
    @Test
    void whatElsePostfixSaysOfACommandIsNoAttempt() {
        String about =
                " RCPT from mx.example.org[2001:db8::1]:4000: <b@y>: Recipient address triggers X;"
                        + " from=<a@x> to=<b@y> proto=ESMTP helo=<h>";
        assertThat(
                        log.postfix(
                                SMTPD + "NOQUEUE: hold:" + about,
                                SMTPD + "8A2B02128F6: warn:" + about,
                                SMTPD + "8A2B02128F6: filter:" + about,
                                SMTPD + "8A2B02128F6: redirect:" + about,
                                SMTPD + "NOQUEUE: discard:" + about,
                                SMTPD
                                        + "NOQUEUE: reject_warning: RCPT from x[192.0.2.1]: 450"
                                        + " Greylisted; from=<a@x> to=<b@y> proto=SMTP helo=<h>",
                                "mx postfix/cleanup[3]: 8A2: reject: header Subject: RCPT from you:"
                                        + " reject: it from x[192.0.2.1]; from=<a@x> to=<b@y>"
                                        + " proto=SMTP helo=<h>: 4.7.1 Later",
                                "mx postfix/smtp[4]: 8A2: to=<b@y>, relay=z, status=deferred (host"
                                        + " z said: 450 milter-reject: RCPT from you[192.0.2.1]: 4:"
                                        + " later; from=<a@x> to=<b@y>)",
                                "mx postfix/postscreen[5]: PASS NEW [192.0.2.1]:4000",
                                "mx postfix/postscreen[5]: DNSBL rank 3 for [192.0.2.1]:4000",
                                SMTPD
                                        + "warning: proxy inet:127.0.0.1:10025 rejected \"RCPT"
                                        + " TO:<b@y>\": \"450 4.2.0 Later\""))
                .isEmpty();
        assertThat(log.counted().malformed()).isZero();
        assertThat(log.counted().refused()).isZero();
    }

    /// Milters may defer when all is said (rspamd's greylisting does), bounces wait at DATA.
    @Test
    void laterStagesDeferToo() {
        assertThat(
                        log.postfix(
                                "mx postfix/cleanup[3]: 8A2: milter-reject: END-OF-MESSAGE from"
                                        + " mx.example.org[192.0.2.1]: 4.7.1 Try again later;"
                                        + " from=<a@x> to=<b@y> proto=ESMTP helo=<h>",
                                "mx postfix/cleanup[3]: 8A3: milter-reject: END-OF-MESSAGE from"
                                        + " mx.example.org[192.0.2.1]: 4.7.1 Service unavailable -"
                                        + " try again later; from=<a@x> to=<b@y> proto=ESMTP"
                                        + " helo=<h>",
                                SMTPD
                                        + "NOQUEUE: reject: DATA from unknown[192.0.2.1]:4: 450"
                                        + " 4.2.0 <DATA>: Data command rejected: Greylisted;"
                                        + " from=<> to=<b@y> proto=ESMTP helo=<h>",
                                SMTPD
                                        + "NOQUEUE: reject: DATA from unknown[192.0.2.1]: 450 4.2.0"
                                        + " <DATA>: Data command rejected: Greylisted; from=<>"
                                        + " proto=ESMTP helo=<h>"))
                .containsExactly(
                        "06:00:00 defer 192.0.2.1 [mx.example.org] h <a@x> b@y 1",
                        "06:00:02 defer 192.0.2.1 [] h <> b@y 1");
        assertThat(log.counted().refused()).isEqualTo(1);
        assertThat(log.counted().malformed()).isZero();
    }

    /// Short names of queue files are used again soon.
    @Test
    void aQueueFileThatTakesAnothersNameIsAnother() {
        assertThat(
                        log.postfix(
                                SMTPD + "4F2: client=mx.example.org[192.0.2.1]",
                                "mx postfix/qmgr[2]: 4F2: from=<a@x>, size=1, nrcpt=1",
                                "mx postfix/local[2]: 4F2: to=<b@y>, relay=local, status=sent",
                                SMTPD + "4F2: client=unknown[unknown]:4000",
                                "mx postfix/qmgr[2]: 4F2: from=<c@x>, size=1, nrcpt=1",
                                "mx postfix/local[2]: 4F2: to=<d@y>, relay=local, status=sent",
                                SMTPD + "4Z0JvW2Xq1zB2hKp9: client=unknown[192.0.2.3]",
                                "mx postfix/qmgr[2]: 4Z0JvW2Xq1zB2hKp9: from=<\"e f\"@x>, size=1",
                                "mx postfix/local[2]: 4Z0JvW2Xq1zB2hKp9: to=<g@y>, status=sent"))
                .containsExactly(
                        "06:00:00 accept 192.0.2.1 [mx.example.org]  <a@x> b@y 1",
                        "06:00:03 accept unknown []  <c@x> d@y 1",
                        "06:00:06 accept 192.0.2.3 []  <e f@x> g@y 1");
    }

    @Test
    void amavisAndPickupAreNotPlayed() {
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                "Nov 28 06:00:00 mx postfix/smtpd[1]: 1A:"
                                        + " client=localhost[127.0.0.1]",
                                "Nov 28 06:00:00 mx postfix/qmgr[2]: 1A: from=<a@x>, size=1,"
                                        + " nrcpt=1",
                                "Nov 28 06:00:00 mx postfix/local[2]: 1A: to=<b@y>, relay=local,"
                                        + " status=sent"))
                .isEmpty();
        assertThat(log.counted().locals()).isEqualTo(1);
    }
}
