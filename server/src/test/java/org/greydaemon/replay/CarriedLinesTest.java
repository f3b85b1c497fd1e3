package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.ZoneId;
import java.util.List;

/// What syslog daemons, containers and tools for the journal make of a line.
final class CarriedLinesTest {
    private static final String DEFERRED =
            "NOQUEUE: reject: RCPT from mx.example.org[192.0.2.1]: 450 4.2.0 <b@y>: Recipient"
                    + " address rejected: Greylisted; from=<a@x> to=<b@y> proto=ESMTP helo=<h>";

    private final ShownAttempts attempts = new ShownAttempts(LogForm.POSTFIX);

    @ParameterizedTest
    @ValueSource(
            strings = {
                // FreeBSD's syslogd -vv, Solaris' and illumos' syslogd, busybox' syslogd
                "Nov 28 06:00:01 <mail.info> mx postfix/smtpd[1]: %s",
                "Nov 28 06:00:01 mx postfix/smtpd[1]: [ID 197553 mail.info] %s",
                "Nov 28 06:00:01 mx mail.info postfix/smtpd[1]: %s",
                // OpenWrt's logread
                "Sat Nov 28 06:00:01 2026 mail.info postfix/smtpd[1]: %s",
                // svlogd -tt
                "2026-11-28_06:00:01.12345 Nov 28 05:00:00 mx postfix/smtpd[1]: %s",
                // rsyslog's $RepeatedMsgReduction
                "Nov 28 06:00:01 mx postfix/smtpd[1]: message repeated 2 times: [ %s]",
                "2026-11-28T06:00:01+00:00 mx postfix/smtpd[1]: message repeated 9 times: [ %s]",
                // containers whose log goes to syslog or the journal
                "Nov 28 06:00:01 host podman[77]: Nov 28 05:00:00 mx postfix/smtpd[1]: %s",
                "Nov 28 06:00:01 host 4f5e[77]: 2026-11-28T05:00:00+00:00 mx postfix/smtpd[1]: %s",
                "<22>1 2026-11-28T06:00:01Z host mail 77 - - Nov 28 05:00:00 mx postfix/smtpd[1]:"
                        + " %s",
                // journalctl -o json-seq (RFC 7464), json-sse; where a zone has no letters
                "\u001e{~__REALTIME_TIMESTAMP~:~1795845601000001~,~_HOSTNAME~:~mx~,~_PID~:~1~,"
                        + "~SYSLOG_IDENTIFIER~:~postfix/smtpd~,~MESSAGE~:~%s~}",
                "data: {~__REALTIME_TIMESTAMP~:~1795845601000001~,~_HOSTNAME~:~mx~,~_PID~:~1~,"
                        + "~SYSLOG_IDENTIFIER~:~postfix/smtpd~,~MESSAGE~:~%s~}",
                "Sat 2026-11-28 03:00:01 -03 mx postfix/smtpd[1]: %s",
                "Sat 2026-11-28 11:45:01 +0545 mx postfix/smtpd[1]: %s",
                "Sat 2026-11-28 06:00:01 GMT mx postfix/smtpd[1]: %s",
                // a file of a host with other ends of lines
                "Nov 28 06:00:01 mx postfix/smtpd[1]: %s\r",
            })
    void aLineIsTheSame(String form) {
        String line = form.replace('~', '"').formatted(DEFERRED);
        assertThat(LogForm.of(List.of(line))).contains(LogForm.POSTFIX);
        assertThat(attempts.of(List.of(line)))
                .containsExactly("06:00:01 defer 192.0.2.1 [mx.example.org] <a@x> b@y");
        assertThat(attempts.counted().malformed()).isZero();
    }

    /// What a stranger has said is no line of its own.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "improper command pipelining after CONNECT from unknown[192.0.2.9]: %s",
                "warning: non-SMTP command from unknown[192.0.2.9]: %s",
                "warning: x[192.0.2.9]: message repeated 2 times: [ %s]",
                "warning: x[192.0.2.9]: [ID 197553 mail.info] %s",
                "warning: x[192.0.2.9]: Nov 28 05:00:00 mx postfix/smtpd[1]: %s",
                "too many errors after RCPT from x[192.0.2.9]: a postfix/smtpd[1]: %s",
            })
    void whatAStrangerHasSaidIsNone(String form) {
        String said = form.formatted(DEFERRED);
        assertThat(attempts.of(List.of("Nov 28 06:00:01 mx postfix/smtpd[1]: " + said))).isEmpty();
    }

    /// FreeBSD's and OpenBSD's syslogd, and sysklogd.
    @Test
    void theLastMessageIsRepeated() {
        assertThat(
                        attempts.of(
                                List.of(
                                        "Nov 28 06:00:01 mx postfix/smtpd[1]: " + DEFERRED,
                                        "Nov 28 06:00:32 mx last message repeated 2 times",
                                        "Nov 28 06:01:00 mx syslogd: last message repeated 1 times",
                                        "Nov 28 06:01:01 mx kernel: out of swap",
                                        "Nov 28 06:01:02 mx last message repeated 2 times",
                                        "Nov 28 06:01:03 mx postfix/smtpd[1]: last message repeated"
                                                + " 2 times")))
                .containsExactly(
                        "06:00:01 defer 192.0.2.1 [mx.example.org] <a@x> b@y",
                        "06:00:32 defer 192.0.2.1 [mx.example.org] <a@x> b@y",
                        "06:01:00 defer 192.0.2.1 [mx.example.org] <a@x> b@y");
    }

    @Test
    void whatJournalctlSaysItselfIsNoMistake() {
        attempts.read(
                List.of(
                        "-- Logs begin at Sat 2026-11-28 06:00:01 UTC, end at ... --",
                        "-- Boot 0123456789abcdef --",
                        "-- Reboot --",
                        "-- No entries --"));
        assertThat(attempts.counted().malformed()).isZero();
    }

    /// 2026-10-25 at 3:00 the clock in Berlin goes back to 2:00.
    @Test
    void anHourThatComesTwiceIsTwo() {
        ShownAttempts berlin = new ShownAttempts(LogForm.POSTFIX, ZoneId.of("Europe/Berlin"));
        String line = "Oct 25 %s mx postfix/smtpd[1]: " + DEFERRED;
        assertThat(
                        berlin.of(
                                List.of(
                                        line.formatted("01:59:00"),
                                        line.formatted("02:50:00"),
                                        line.formatted("02:49:00"), // Just late.
                                        line.formatted("02:10:00"),
                                        line.formatted("02:09:30"),
                                        line.formatted("02:58:00"),
                                        line.formatted("03:00:00"))))
                .map(attempt -> attempt.substring(0, 8))
                .containsExactly(
                        "23:59:00",
                        "00:49:00",
                        "00:50:00",
                        "01:09:30",
                        "01:10:00",
                        "01:58:00",
                        "02:00:00");
        assertThat(berlin.counted().backward()).isZero();
    }

    /// Whatever piece is missing, of these and of what Exim and actions say: reading never throws.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POSTFIX | Nov 28 06:00:01 mx postfix/smtpd[1]: message repeated 2 times: ["
                        + " NOQUEUE: hold: RCPT from x[192.0.2.1]: <b@y>: r; from=<a@x> to=<b@y>"
                        + " proto=SMTP]",
                "POSTFIX | Nov 28 06:00:01 h podman[7]: Nov 28 05:00:00 mx postfix/smtpd[1]: [ID 1"
                        + " mail.info] 4F2: bcc: RCPT from x[192.0.2.1]: <b@y>: r triggers BCC c@y;"
                        + " from=<a@x> to=<b@y>",
                "POSTFIX | Sat Nov 28 06:00:01 2026 mail.info postfix/smtpd[1]: 4F2: client=x[::1],"
                        + " orig_client=y[192.0.2.1]",
                "POSTFIX | Sat 2026-11-28 06:00:01 +0545 mx postfix/smtpd[1]: last message repeated"
                        + " 2 times",
                "EXIM | 2026-11-28 06:00:00 [7] 1a  DSH=x (y) [192.0.2.1]:4 F=<a@x> A=p:j"
                        + " temporarily rejected after DATA: later for <b@y>, c@y",
                "EXIM | 2026-11-28 06:00:00 1a F=a@x H=x (y) [192.0.2.1]:4 temporarily rejected by"
                        + " local_scan(): greylisted",
                "EXIM | 2026-11-28 06:00:00 1a <= a@x H=x (y) [192.0.2.1]:4 P=esmtp"
                        + " T=\"a \\\" for q@q\" from <a@x> for b@y \"c d\"@y",
            })
    void aLineThatLacksAPieceDoesNoHarm(LogForm form, String line) {
        for (int to = 0; to <= line.length(); to++) {
            for (int from = to % 3; from <= line.length(); from += 3) {
                String torn = line.substring(0, to) + line.substring(from);
                ShownAttempts read = new ShownAttempts(form);
                assertThatCode(() -> read.read(List.of(line, torn)))
                        .as(torn)
                        .doesNotThrowAnyException();
            }
        }
    }
}
