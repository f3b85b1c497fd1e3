package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
                                postfix("06:00:00", "smtpd[1]: 4F2: client=mx[192.0.2.1]"),
                                postfix("06:00:01", "smtpd[1]: disconnect from mx[192.0.2.1]"),
                                postfix("06:00:02", "smtpd[1]: 5F2: client=mx[192.0.2.1]"),
                                postfix("06:59:00", "qmgr[3]: 4F2: from=<other@x>, size=9"),
                                postfix("06:59:00", "lmtp[4]: 4F2: to=<b@y>, status=sent (x)")))
                .isEmpty();
        assertThat(log.counted().untold()).isZero();
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
}
