package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages that were taken, and of which the rest is told late or never.
final class OpenArrivalsTest {
    private final TestLog log = new TestLog();

    private static String postfix(String clock, String text) {
        return "Nov 28 %s mx postfix/%s".formatted(clock, text);
    }

    private static String exim(String clock, String text) {
        return "2026-11-28 %s %s".formatted(clock, text);
    }

    /// A large message on a slow line, behind a filter that is busy. What has come meanwhile keeps
    /// its order.
    @Test
    void postfixTellsTheRestLater() {
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                postfix("06:00:00", "smtpd[1]: 4F2: client=mx[192.0.2.1]"),
                                postfix("06:00:01", "cleanup[2]: 4F2: message-id=<1@x>"),
                                postfix(
                                        "06:03:00",
                                        "smtpd[5]: NOQUEUE: reject: RCPT from o[192.0.2.9]: 450"
                                                + " 4.7.1 <d@y>: Greylisted; from=<o@x> to=<d@y>"
                                                + " proto=SMTP helo=<o>"),
                                postfix("06:20:30", "qmgr[3]: 4F2: from=<a@x>, size=9, nrcpt=2"),
                                postfix("06:24:00", "lmtp[4]: 4F2: to=<b@y>, status=sent (x)"),
                                postfix("06:24:01", "lmtp[4]: 4F2: to=<c@y>, status=sent (x)"),
                                postfix("06:24:02", "qmgr[3]: 4F2: removed")))
                .containsExactly(
                        "06:00:00 accept 192.0.2.1 [mx]  <a@x> b@y 1",
                        "06:00:00 accept 192.0.2.1 [mx]  <a@x> c@y 1",
                        "06:03:00 defer 192.0.2.9 [o] o <o@x> d@y 1");
        assertThat(log.counted().backward()).isZero();
        assertThat(log.counted().untold()).isZero();
    }

    /// Each one after the tenth of a connection waits for the next run of the queue.
    @Test
    void eximDeliversWhatIsQueuedLater() {
        assertThat(
                        log.shown(
                                LogForm.EXIM,
                                exim("06:00:00", "1a <= a@x H=mx [192.0.2.1] P=esmtp S=9"),
                                exim(
                                        "06:02:00",
                                        "H=o [192.0.2.9] F=<o@x> temporarily rejected RCPT <d@y>:"
                                                + " greylisted"),
                                exim("06:29:00", "1a => b <b@y> R=local T=maildir"),
                                exim("06:29:00", "1a Completed")))
                .containsExactly(
                        "06:00:00 accept 192.0.2.1 [mx] mx <a@x> b@y 1",
                        "06:02:00 defer 192.0.2.9 [o] o <o@x> d@y 1");
        assertThat(log.counted().backward()).isZero();
    }

    @Test
    void whatIsNeverToldIsCountedAfterAnHour() {
        log.read(
                LogForm.POSTFIX,
                postfix("06:00:00", "smtpd[1]: 4F2: client=mx[192.0.2.1]"),
                postfix("06:00:01", "cleanup[2]: 4F2: message-id=<1@x>"),
                postfix("07:00:05", "qmgr[3]: 4F2: from=<a@x>, size=9, nrcpt=1"),
                postfix("07:00:20", "lmtp[4]: 4F2: to=<b@y>, status=sent (x)"));
        assertThat(log.counted().untold()).isEqualTo(1);
        log.read(
                LogForm.EXIM,
                exim("06:00:00", "1a <= a@x H=mx [192.0.2.1] P=esmtp S=9"),
                exim("07:00:20", "1b H=o [192.0.2.9] x"));
        assertThat(log.counted().untold()).isEqualTo(2);
    }

    /// Who only asks whether an address exists, as other servers' callouts do, sends no message.
    @Test
    void whoGoesAwayBeforeThereIsAMessageHasSentNone() {
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                postfix("05:59:00", "cleanup[2]: 3F2: message-id=<0@x>"),
                                postfix("06:00:00", "smtpd[1]: 4F2: client=mx[192.0.2.1]"),
                                postfix("06:00:01", "smtpd[1]: disconnect from mx[192.0.2.1]"),
                                postfix("06:00:02", "smtpd[1]: 5F2: client=mx[192.0.2.1]"),
                                postfix("06:59:00", "qmgr[3]: 4F2: from=<other@x>, size=9"),
                                postfix("06:59:00", "lmtp[4]: 4F2: to=<b@y>, status=sent (x)")))
                .isEmpty();
        assertThat(log.counted().untold()).isZero();
    }

    /// A milter or cleanup has refused it, or its client went away in the midst of it: it was never
    /// taken, and nobody waits for the rest.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cleanup[2]: 4F2: milter-reject: END-OF-MESSAGE from mx[192.0.2.1]: 5.7.1 spam;"
                        + " from=<a@x> to=<b@y> proto=ESMTP helo=<x>",
                "cleanup[2]: 4F2: reject: header Subject: x from mx[192.0.2.1]; from=<a@x> to=<b@y>"
                        + " proto=ESMTP helo=<x>: 5.7.1 no",
                "smtpd[1]: 4F2: reject: END-OF-MESSAGE from mx[192.0.2.1]: 550 5.7.1 no;"
                        + " from=<a@x> to=<b@y> proto=ESMTP helo=<x>",
                "smtpd[1]: lost connection after DATA (1234 bytes) from mx[192.0.2.1]",
                "smtpd[1]: timeout after DATA (1234 bytes) from mx[192.0.2.1]",
            })
    void whatIsRefusedOrBrokenOffIsNotWaitedFor(String end) {
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                postfix("06:00:00", "smtpd[1]: 4F2: client=mx[192.0.2.1]"),
                                postfix("06:00:01", "cleanup[2]: 4F2: message-id=<1@x>"),
                                postfix("06:00:02", end),
                                postfix("06:00:03", "cleanup[2]: 4F2: message-id=<1@x>"),
                                postfix("06:00:04", "smtpd[1]: disconnect from mx[192.0.2.1]"),
                                postfix("07:30:00", "smtpd[1]: connect from x[192.0.2.9]")))
                .isEmpty();
        assertThat(log.counted().untold()).isZero();
    }

    /// DATA may be refused and said once more; another message of the session tells that it was
    /// not.
    @Test
    void dataMayBeSaidOnceMore() {
        String refused =
                "smtpd[1]: %s: reject: DATA from mx[192.0.2.1]: 554 5.7.1 <DATA>: no;"
                        + " from=<a@x> to=<b@y> proto=ESMTP helo=<x>";
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                postfix("06:00:00", "smtpd[1]: 4F2: client=mx[192.0.2.1]"),
                                postfix("06:00:01", refused.formatted("4F2")),
                                postfix("06:00:02", "smtpd[1]: 5F2: client=mx[192.0.2.1]"),
                                postfix("06:00:03", refused.formatted("5F2")),
                                postfix("06:00:04", "cleanup[2]: 5F2: message-id=<1@x>"),
                                postfix("06:00:05", "smtpd[1]: disconnect from mx[192.0.2.1]"),
                                postfix("06:02:00", "qmgr[3]: 5F2: from=<a@x>, size=9"),
                                postfix("06:02:00", "lmtp[4]: 5F2: to=<b@y>, status=sent (x)"),
                                postfix("07:30:00", "smtpd[1]: connect from x[192.0.2.9]")))
                .containsExactly("06:00:02 accept 192.0.2.1 [mx]  <a@x> b@y 1");
        assertThat(log.counted().untold()).isZero();
    }

    /// Somebody has left cleanup's lines out.
    @Test
    void withoutCleanupsLinesTheEndOfASessionTellsNothing() {
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                postfix("06:00:00", "smtpd[1]: 4F2: client=mx[192.0.2.1]"),
                                postfix("06:00:01", "smtpd[1]: disconnect from mx[192.0.2.1]"),
                                postfix("06:00:01", "qmgr[3]: 4F2: from=<a@x>, size=9, nrcpt=1"),
                                postfix("06:00:02", "lmtp[4]: 4F2: to=<b@y>, status=sent (x)")))
                .containsExactly("06:00:00 accept 192.0.2.1 [mx]  <a@x> b@y 1");
    }

    /// What a log tells at once is over after a minute, whatever else is open.
    @Test
    void manyWaitAndTheirNumberIsBounded() {
        OpenArrivals<Told> open = new OpenArrivals<>();
        for (int i = 0; i < 50_000; i++) {
            open.put("told" + i, new Told(i / 1000, true));
            open.put("untold" + i, new Told(i / 1000, false));
            open.over(i / 1000);
        }
        assertThat(open.since()).isLessThan(50);
        open.over(200);
        assertThat(open.get("told0")).isNull();
        assertThat(open.all().size()).isLessThanOrEqualTo(40_000);
        assertThat(open.since()).isEqualTo(Long.MAX_VALUE);
    }

    /// A message of a test.
    private record Told(long time, boolean isTold) implements OpenArrivals.Arrival {}

    /// A session is one, whatever carries its lines and puts a time of its own before them.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 28 %s mx postfix/",
                "2026-11-28T%1$s.123456789Z stdout F Nov 28 %1$s mx postfix/",
                "2026-11-28T%1$s.123Z Nov 28 %1$s mx postfix/",
                "2026-11-28T%1$sZ 2026-11-28T%1$s.123+00:00 mx postfix/",
                "2026-11-28_%1$s.12345 mail.info: Nov 28 %1$s postfix/",
            })
    void whatCarriesTheLinesDoesNotTearASession(String carrier) {
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                carrier.formatted("06:00:00") + "cleanup[2]: 4F2: message-id=<1@x>",
                                carrier.formatted("06:00:00")
                                        + "smtpd[1]: NOQUEUE: client=mx[192.0.2.1]",
                                carrier.formatted("06:00:03")
                                        + "smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok;"
                                        + " from=<a@x> to=<b@y> proto=ESMTP helo=<mx>",
                                carrier.formatted("06:01:00")
                                        + "smtpd[1]: 5A1: client=m[192.0.2.2]",
                                carrier.formatted("06:01:04")
                                        + "smtpd[1]: disconnect from m[192.0.2.2] mail=1 rcpt=1",
                                carrier.formatted("07:30:00")
                                        + "smtpd[1]: connect from x[192.0.2.9]"))
                .containsExactly("06:00:00 accept 192.0.2.1 [mx] mx <a@x> b@y 1");
        assertThat(log.counted().untold()).isZero();
    }

    /// Its queue manager tells no sender of what is held; the client has had its answer.
    @Test
    void whoHangsUpBehindAMessageThatIsHeldHasSentIt() {
        String held =
                "cleanup[2]: 4F2: hold: header Subject: x from mx[192.0.2.1]; from=<a@x> to=<b@y>"
                        + " proto=ESMTP helo=<mx>";
        assertThat(
                        log.shown(
                                LogForm.POSTFIX,
                                postfix("06:00:00", "smtpd[1]: 4F2: client=mx[192.0.2.1]"),
                                postfix("06:00:01", "cleanup[2]: 4F2: message-id=<1@x>"),
                                postfix("06:00:01", held),
                                postfix(
                                        "06:00:02",
                                        "smtpd[1]: lost connection after RSET from mx[192.0.2.1]"),
                                postfix("06:00:02", "smtpd[1]: disconnect from mx[192.0.2.1]"),
                                postfix("07:30:00", "smtpd[1]: connect from x[192.0.2.9]")))
                .hasSize(1);
    }
}
