package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What attempts a log of Exim tells of.
final class EximLinesTest {
    private final TestLog log = new TestLog();

    @Test
    void eximTellsNamesThatItHasConfirmed() {
        String at = "2026-11-28 ";
        assertThat(
                        log.shown(
                                LogForm.EXIM,
                                at
                                        + "06:00:00 H=mx.example.org (helo.example)"
                                        + " [192.0.2.1]:40000 F=<a@example.org> temporarily"
                                        + " rejected RCPT <b@example.net>: greylisted",
                                at
                                        + "06:00:30 H=(liar) [192.0.2.9] F=<> temporarily rejected"
                                        + " RCPT b@example.net: Please try again later",
                                at
                                        + "06:00:31 H=(liar) [192.0.2.9] F=<x@y> rejected RCPT"
                                        + " <z@y>: relay not permitted",
                                at
                                        + "06:10:00 1abcde-000001-2F <= a@example.org"
                                        + " H=mx.example.org (helo.example) [192.0.2.1]:40001"
                                        + " P=esmtps A=plain:joe S=99 id=x",
                                at
                                        + "06:10:00 1abcde-000001-2F => bob <b@example.net> R=local"
                                        + " T=maildir",
                                at + "06:10:00 1abcde-000001-2F Completed",
                                at + "06:11:00 1abcde-000002-2F <= root@mx U=root P=local S=9"))
                .containsExactly(
                        "06:00:00 defer 192.0.2.1 [mx.example.org] helo.example <a@example.org>"
                                + " b@example.net 1",
                        "06:00:30 defer 192.0.2.9 [] liar <> b@example.net 1",
                        "06:10:00 accept 192.0.2.1 [mx.example.org] helo.example <a@example.org>"
                                + " b@example.net 1 authenticated");
        assertThat(log.counted().refused()).isEqualTo(1);
        assertThat(log.counted().locals()).isEqualTo(1);
        assertThat(log.counted().malformed()).isZero();
    }

    /// With `log_selector = +subject` a stranger's words stand in the line.
    @Test
    void aSubjectAuthenticatesNobody() {
        assertThat(
                        log.shown(
                                LogForm.EXIM,
                                "2026-11-28 06:00:01 1a <= s@x H=(h) [192.0.2.9] P=esmtp S=9"
                                        + " T=\"plan A=free money\"",
                                "2026-11-28 06:00:02 1a => b <b@y> R=local T=maildir",
                                "2026-11-28 06:00:03 1b <= s@x H=(h) [192.0.2.9] P=esmtpsa"
                                        + " A=plain:joe S=9 T=\"plan A=free money\"",
                                "2026-11-28 06:00:04 1b => b <b@y> R=local T=maildir"))
                .containsExactly(
                        "06:00:01 accept 192.0.2.9 [] h <s@x> b@y 1",
                        "06:00:03 accept 192.0.2.9 [] h <s@x> b@y 1 authenticated");
    }

    /// Where DNS knows no name, and the client has said its address (Exim's host.c).
    @Test
    void eximMayTellAnAddressAlone() {
        assertThat(
                        log.shown(
                                LogForm.EXIM,
                                "2026-11-28 06:00:01 H=[192.0.2.1] F=<a@example.org> temporarily"
                                        + " rejected RCPT <b@example.net>: greylisted",
                                "2026-11-28 06:00:02 1a <= a@example.org H=[2001:db8::1]:4711"
                                        + " P=esmtp S=1 T=\"of [192.0.2.9]\"",
                                "2026-11-28 06:00:02 1a => b <b@example.net> R=local T=maildir",
                                "2026-11-28 06:00:02 1a Completed"))
                .containsExactly(
                        "06:00:01 defer 192.0.2.1 []  <a@example.org> b@example.net 1",
                        "06:00:02 accept 2001:db8::1 []  <a@example.org> b@example.net 1");
        assertThat(log.counted().malformed()).isZero();
    }

    /// With selectors of its log, as Exim 4.96 writes them, and addresses in quotes.
    @Test
    void eximMayTellMore() {
        String at = "2026-11-28 06:00:00.439 [13680] ";
        String host = "H=(mx.example.org) [192.0.2.7]:52039 I=[192.0.2.99]:25 ";
        assertThat(
                        log.shown(
                                LogForm.EXIM,
                                at
                                        + host
                                        + "F=<\"a b\"@x> temporarily rejected RCPT"
                                        + " <\"c: d\"@y>: greylisted.",
                                at
                                        + host
                                        + "X=TLS1.3:A:256 CV=no A=plain:joe F=<a@x> temporarily"
                                        + " rejected RCPT <b@y>",
                                at
                                        + "1xXo0R-0003Ye-2q <= \"a b\"@x "
                                        + host
                                        + "P=esmtp L.- S=225 M8S=0 RT=0.001s T=\"x H=[192.0.2.8]\""
                                        + " from <a@x> for b@y",
                                at + "1xXo0R-0003Ye-2q => :blackhole: <\"x y\"@y> R=sink",
                                at
                                        + "1xXo0R-0003Ye-2q == later@y R=def defer (-1) DT=0.000s:"
                                        + " later",
                                at + "1xXo0R-0003Ye-2q ** nosuch@y F=<a@x> R=fail: no such DT=0.0s",
                                at
                                        + "1xXo0R-0003Ye-2q -> bob <alias@y> F=<a@x> P=<a@x> R=loc"
                                        + " T=app",
                                at
                                        + "1xXo0R-0003Ye-2q => c@z F=<a@x> P=<a@x> R=dns T=smtp H=z"
                                        + " [192.0.2.5] C=\"250 Ok\"",
                                at + "1xXo0R-0003Ye-2q ** later@y: retry timeout exceeded",
                                at + "1xXo0R-0003Ye-2q Completed QT=0.075s",
                                at
                                        + "1xXo0R-0003Ye-2v "
                                        + host
                                        + "F=<> temporarily rejected after"
                                        + " DATA: greylisted",
                                at + host + "temporarily rejected DATA: greylisted",
                                at
                                        + "1xXo0R-0003Yi-30 <= <> R=1xXo0R-0003Ye-2q U=Debian-exim"
                                        + " P=local S=1557 T=\"x H=[192.0.2.8] y\" for a@x",
                                at + "1xXo0R-0003Yi-31 <= e@x " + host + "P=esmtp S=1",
                                at
                                        + "1xXo0R-0003Yi-31 >> f@z R=dns T=smtp H=z [192.0.2.5]"
                                        + " C=\"250\""))
                .containsExactlyInAnyOrder(
                        "06:00:00 defer 192.0.2.7 [] mx.example.org <a b@x> c: d@y 1",
                        "06:00:00 defer 192.0.2.7 [] mx.example.org <a@x> b@y 1 authenticated",
                        "06:00:00 accept 192.0.2.7 [] mx.example.org <a b@x> x y@y 1",
                        "06:00:00 accept 192.0.2.7 [] mx.example.org <a b@x> later@y 1",
                        "06:00:00 accept 192.0.2.7 [] mx.example.org <a b@x> nosuch@y 1",
                        "06:00:00 accept 192.0.2.7 [] mx.example.org <a b@x> alias@y 1",
                        "06:00:00 accept 192.0.2.7 [] mx.example.org <a b@x> c@z 1",
                        "06:00:00 accept 192.0.2.7 [] mx.example.org <e@x> f@z 1");
        assertThat(log.counted().locals()).isEqualTo(1);
        assertThat(log.counted().malformed()).isZero();
    }

    /// By `log_file_path = syslog`, in a file or the journal: the time stands there twice, unless
    /// `syslog_timestamp` is off; and so does the process with its selector `pid`.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 28 06:00:01 mx exim[77]: ",
                "Nov 28 06:00:01 mx exim[77]: 2026-11-28 06:00:01 ",
                "2026-11-28T06:00:01+00:00 mx exim4[77]: 2026-11-28 06:00:01.123 +0000 ",
                "2026-11-28T06:00:01+00:00 mx exim[77]: 2026-11-28 06:00:01 [77] ",
                "2026-11-28 06:00:01 [77] ",
                "2026-11-28T06:00:01.123456789Z 2026-11-28 05:59:59 ",
                "2026-11-28T06:00:01.1+00:00 stdout F 2026-11-28 05:59:59.123 +0000 [77] ",
                "Nov 28 06:00:01.123456 mx exim[77]: ",
                "<22>1 2026-11-28T06:00:01Z mx exim 77 - - 2026-11-28 06:00:01 ",
                "Sat 2026-11-28 06:00:01 UTC mx exim4[77]: 2026-11-28 06:00:01 ",
            })
    void eximMayLogBySyslog(String begin) {
        assertThat(
                        log.shown(
                                LogForm.EXIM,
                                begin
                                        + "H=mx.example.org [192.0.2.1] F=<a@example.org>"
                                        + " temporarily rejected RCPT <b@example.net>: greylisted",
                                begin + "1a <= a@example.org H=[192.0.2.1] P=esmtp S=1",
                                begin + "1a => b <b@example.net> R=local T=maildir",
                                begin + "1a Completed"))
                .containsExactly(
                        "06:00:01 defer 192.0.2.1 [mx.example.org] mx.example.org <a@example.org>"
                                + " b@example.net 1",
                        "06:00:01 accept 192.0.2.1 []  <a@example.org> b@example.net 1");
        assertThat(log.counted().malformed()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | greylisted | 1 | 0 | 0",
                "192.0.2.1 | Greylisting in effect for the whole program | 1 | 0 | 0",
                "192.0.2.1 | please come back, generated by our own list | 1 | 0 | 0",
                "192.0.2.1 | Could not complete sender verify callout to mx.program.gr | 0 | 1 | 0",
                "192.0.2.1 | sending rate over limit, 7.3 messages per hour | 0 | 1 | 0",
                "192.0.2.1 | ratelimit: try later | 0 | 1 | 0",
                "127.0.0.1 | greylisted | 0 | 0 | 1",
                "::1 | greylisted | 0 | 0 | 1",
            })
    void whatEximDefersForOtherReasonsIsNoAttempt(
            String client, String why, int attempts, int refused, int local) {
        assertThat(
                        log.read(
                                LogForm.EXIM,
                                "2026-11-28 06:00:00 H=x [%s] F=<a@x> temporarily rejected RCPT <b@y>: %s"
                                        .formatted(client, why)))
                .hasSize(attempts);
        assertThat(log.counted().refused()).isEqualTo(refused);
        assertThat(log.counted().locals()).isEqualTo(local);
    }
}
