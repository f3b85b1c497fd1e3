package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/// What attempts each log tells of.
final class RecordingTest {
    /// 2026-11-28 12:00:00 UTC.
    private static final long NOW = 1_795_867_200;

    private static final String DAY = "Nov 28 ";

    private final ReadLines counted = new ReadLines();

    private List<Recorded> read(LogForm form, String... lines) {
        Recording recording = new Recording(form, ZoneOffset.UTC, NOW, counted);
        int number = 0;
        for (String line : lines) {
            recording.line("log", ++number, line);
        }
        recording.end();
        List<Recorded> all = new ArrayList<>();
        for (Optional<Recorded> next = recording.next();
                next.isPresent();
                next = recording.next()) {
            all.add(next.get());
        }
        return all;
    }

    @Test
    void attemptsOfASecondStayInTheOrderOfTheirLines() {
        Random random = new Random(3);
        List<String> lines = new ArrayList<>();
        List<Integer> seconds = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            int second = i / 2 + (random.nextInt(4) == 0 ? random.nextInt(100) : 0);
            seconds.add(second);
            lines.add(
                    "%d mx greydaemon[7]: decision action=defer client_address=192.0.2.1 sender=<%d>"
                                    .formatted(NOW + second, i)
                            + " recipient=<b@example.net>");
        }
        List<String> expected =
                IntStream.range(0, 2000)
                        .boxed()
                        .sorted(Comparator.comparing(seconds::get))
                        .map(i -> seconds.get(i) + " " + i)
                        .toList();
        assertThat(read(LogForm.DECISIONS, lines.toArray(new String[0])))
                .map(recorded -> recorded.time() - NOW + " " + recorded.envelope().sender())
                .isEqualTo(expected);
        assertThat(counted.backward()).isZero();
    }

    /// As where two programs have written to one file, or a disk was full: whatever piece is
    /// missing, the line is read or named, and the reading goes on.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POSTFIX | Nov 28 06:02:10 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from"
                    + " mx.example.org[192.0.2.1]: 450 4.7.1 <b@example.net>: Recipient address"
                    + " rejected: Greylisted; from=<a@example.org> to=<b@example.net> proto=ESMTP"
                    + " helo=<mx.example.org>",
                "POSTFIX | Nov 28 06:02:10 mx postfix/smtpd[1]: 4ABC12:"
                        + " client=mx.example.org[192.0.2.1], sasl_method=PLAIN, sasl_username=u",
                "EXIM | 2026-11-28 06:02:10 H=mx.example.org (helo) [192.0.2.1] F=<a@example.org>"
                        + " temporarily rejected RCPT b@example.net: greylisted",
                "EXIM | 2026-11-28 06:02:10 1abcde-000001-2F <= a@example.org H=mx.example.org"
                        + " [192.0.2.1] P=esmtp S=1234",
                "EXIM | 2026-11-28 06:02:10 1abcde-000001-2F => b <b@example.net> R=local"
                        + " T=maildir",
                "DECISIONS | 1795845730 decision action=defer reason=new client_address=192.0.2.1"
                        + " sender=<a@b> recipient=<c@d> recipients=1",
                "DECISIONS | 1795845730"
                    + " {\"event\":\"decision\",\"action\":\"defer\",\"client_address\":\"192.0.2.1\",\"sender\":\"a\\\\x1b\",\"recipient\":\"c\"}",
                "ORIGINAL | Nov 28 06:02:10 127.0.0.1:4242 new grey I192.0.2.1 Fa@example.org"
                        + " Tb@example.net"
            })
    void aLineThatLacksAPieceDoesNoHarm(LogForm form, String line) {
        for (int to = 0; to <= line.length(); to++) {
            for (int from = 0; from <= line.length(); from++) { // Of another one, if it is less.
                String torn = line.substring(0, to) + line.substring(from);
                assertThatCode(() -> read(form, line, torn)).as(torn).doesNotThrowAnyException();
            }
        }
    }

    /// `06:02:10 defer 192.0.2.1 [mx.example.org] helo <sender> <recipient> 1`
    private static String shown(Recorded recorded) {
        Envelope envelope = recorded.envelope();
        long clock = recorded.time() % 86_400;
        return "%02d:%02d:%02d %s %s %s %s <%s> %s %d%s"
                .formatted(
                        clock / 3600,
                        clock % 3600 / 60,
                        clock % 60,
                        recorded.accepted() ? "accept" : "defer",
                        envelope.client(),
                        envelope.hosts().map(Object::toString).orElse("unknown"),
                        envelope.helo(),
                        envelope.sender(),
                        String.join(",", envelope.recipients()),
                        recorded.recipients(),
                        envelope.authenticated() ? " authenticated" : "");
    }

    private List<String> shown(LogForm form, String... lines) {
        return read(form, lines).stream().map(RecordingTest::shown).toList();
    }

    @Test
    void decisionsInLogfmtAndJson() {
        assertThat(
                        shown(
                                LogForm.DECISIONS,
                                "2026-11-28T06:02:10.123456+00:00 mx greydaemon[7]: decision"
                                        + " action=defer reason=new proto=policy peer=unix"
                                        + " client_address=192.0.2.7 sender=<a\\x20b@example.org>"
                                        + " recipient=<b@example.net> recipients=3 retry_in=240s",
                                DAY
                                        + "06:12:10 mx greydaemon[7]: {\"event\":\"decision\","
                                        + "\"action\":\"accept\",\"reason\":\"authenticated\","
                                        + "\"client_address\":\"2001:db8::7\",\"sender\":\"\","
                                        + "\"recipient\":\"b@example.net\",\"recipients\":1}",
                                DAY + "06:12:11 mx greydaemon[7]: saved",
                                DAY
                                        + "06:12:12 mx greydaemon[7]: decision action=none"
                                        + " reason=malformed"))
                .containsExactly(
                        "06:02:10 defer 192.0.2.7 unknown  <a b@example.org> b@example.net 3",
                        "06:12:10 accept 2001:db8::7 unknown  <> b@example.net 1 authenticated");
        assertThat(counted.malformed()).isZero();
    }

    @Test
    void decisionsTellTheNamesOfHosts() {
        String line =
                DAY
                        + "06:00:00 mx greydaemon[7]: decision action=defer"
                        + " client_address=192.0.2.7 %ssender=<> recipient=<b@example.net>"
                        + " recipients=12345 %s";
        assertThat(
                        shown(
                                LogForm.DECISIONS,
                                line.formatted("client_name=MX1.example.org ", ""),
                                line.formatted("client_name=a\\x20b ", "suspect=generic-name"),
                                line.formatted("", "suspect=no-name"),
                                line.formatted("", "suspect=our-name")))
                .containsExactly(
                        "06:00:00 defer 192.0.2.7 [mx1.example.org]  <> b@example.net 1",
                        "06:00:00 defer 192.0.2.7 [a b]  <> b@example.net 1",
                        "06:00:00 defer 192.0.2.7 []  <> b@example.net 1",
                        "06:00:00 defer 192.0.2.7 unknown  <> b@example.net 1");
    }

    @Test
    void theOriginalsLinesOfOneRequestAreOneAttempt() {
        String asked = "127.0.0.1:4242 %s I192.0.2.1 Fa@example.org Tb@example.net Tc@example.net";
        assertThat(
                        shown(
                                LogForm.ORIGINAL,
                                DAY + "06:00:00 mx greyd: " + asked.formatted("new grey"),
                                DAY + "06:00:00 mx greyd: " + asked.formatted("new grey"),
                                DAY + "06:10:00 mx greyd: " + asked.formatted("retry ok"),
                                DAY + "06:10:00 mx greyd: " + asked.formatted("new grey"),
                                DAY + "06:20:00 mx greyd: " + asked.formatted("ok ip"),
                                DAY + "06:20:01 mx greyd: policy/unix white I::1 F Tx@example.net"))
                .containsExactly(
                        "06:00:00 defer 192.0.2.1 unknown  <a@example.org>"
                                + " b@example.net,c@example.net 2",
                        "06:10:00 defer 192.0.2.1 unknown  <a@example.org>"
                                + " b@example.net,c@example.net 2",
                        "06:20:00 accept 192.0.2.1 unknown  <a@example.org>"
                                + " b@example.net,c@example.net 2",
                        "06:20:01 accept ::1 unknown  <> x@example.net 1");
    }

    @Test
    void postfixTellsDeferralsInOneLineAndArrivalsInSeveral() {
        String smtpd = " mx postfix/smtpd[1]: ";
        assertThat(
                        shown(
                                LogForm.POSTFIX,
                                DAY + "06:00:00" + smtpd + "connect from mx.example.org[192.0.2.1]",
                                DAY
                                        + "06:00:01"
                                        + smtpd
                                        + "NOQUEUE: reject: RCPT from mx.example.org[192.0.2.1]:"
                                        + " 450 4.7.1 <b@example.net>: Recipient address rejected:"
                                        + " Greylisted, try again in 240 seconds;"
                                        + " from=<a@example.org> to=<b@example.net> proto=ESMTP"
                                        + " helo=<mx.example.org>",
                                DAY
                                        + "06:09:59"
                                        + smtpd
                                        + "4F2: client=MX.example.org[192.0.2.1]:44321",
                                DAY
                                        + "06:10:00 mx postfix/qmgr[2]: 4F2: from=<a@example.org>,"
                                        + " size=1, nrcpt=2 (queue active)",
                                DAY
                                        + "06:10:00 mx postfix/local[3]: 4F2: to=<bob@mx>,"
                                        + " orig_to=<b@example.net>, relay=local, status=sent (x)",
                                DAY
                                        + "06:10:00 mx postfix/local[3]: 4F2: to=<c@example.net>,"
                                        + " relay=local, status=sent (x)",
                                DAY + "06:10:01 mx postfix/qmgr[2]: 4F2: removed",
                                DAY
                                        + "06:10:02"
                                        + smtpd
                                        + "5F2: client=unknown[198.51.100.9], sasl_method=PLAIN,"
                                        + " sasl_username=carol",
                                DAY + "06:10:03 mx postfix/qmgr[2]: 5F2: from=<>, size=1, nrcpt=1",
                                DAY
                                        + "06:10:03 mx postfix/smtp[3]: 5F2: to=<d@example.com>,"
                                        + " relay=x, status=sent (y)"))
                .containsExactly(
                        "06:00:01 defer 192.0.2.1 [mx.example.org] mx.example.org <a@example.org>"
                                + " b@example.net 1",
                        "06:09:59 accept 192.0.2.1 [mx.example.org]  <a@example.org>"
                                + " b@example.net 1",
                        "06:09:59 accept 192.0.2.1 [mx.example.org]  <a@example.org>"
                                + " c@example.net 1",
                        "06:10:02 accept 198.51.100.9 []  <> d@example.com 1 authenticated");
        assertThat(counted.malformed()).isZero();
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
                read(
                        LogForm.POSTFIX,
                        DAY
                                + "06:00:01 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from"
                                + " unknown[192.0.2.1]: "
                                + reply
                                + "; from=<a@example.org> to=<b@example.net> proto=SMTP helo=<x>");
        assertThat(counted.refused()).isEqualTo(refused);
        assertThat(found).hasSize(1 - refused);
    }

    /// postscreen asks nobody, has no names, and commas between its fields (postscreen_smtpd.c).
    @Test
    void whatPostscreenRefusesIsNoAttempt() {
        String line =
                DAY
                        + "06:00:01 mx postfix/postscreen[1]: NOQUEUE: reject: RCPT from"
                        + " [192.0.2.1]:50183: %s; from=<a@example.org>, to=<b@example.net>,"
                        + " proto=ESMTP, helo=<x>";
        assertThat(
                        read(
                                LogForm.POSTFIX,
                                line.formatted("450 4.3.2 Service currently unavailable"),
                                line.formatted(
                                        "550 5.7.1 Service unavailable; client [192.0.2.1] blocked"
                                                + " using zen.example.org")))
                .isEmpty();
        assertThat(counted.malformed()).isZero();
        assertThat(counted.refused()).isEqualTo(2);
    }

    private static final String SMTPD = "mx postfix/smtpd[11]: ";
    private static final String FILTERED =
            SMTPD + "NOQUEUE: client=mx.example.org[192.0.2.10]:4000";
    private static final String ENVELOPE =
            "; from=<alice@example.org> to=<bob@example.net> proto=ESMTP helo=<mx.example.org>";

    private List<String> postfix(String... lines) {
        String[] dated = new String[lines.length];
        for (int i = 0; i < lines.length; i++) {
            dated[i] = DAY + "06:00:%02d ".formatted(i) + lines[i];
        }
        return shown(LogForm.POSTFIX, dated);
    }

    /// smtpd_proxy_filter, as Postfix 3.7 logs it: the queue file comes from the filter, and its
    /// lines tell all recipients.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", orig_client=mx.example.org[192.0.2.10] | 250 2.5.0 OK (2C225C6817C7EEE1481)",
                ", orig_client=mx.example.org[192.0.2.10]:4000 | 250 2.0.0 Ok: queued as 7FC2F2",
                " | 250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7FC2F2",
            })
    void whatAFilterTakesWhileTheClientWaitsIsTheClients(String original, String reply) {
        assertThat(
                        postfix(
                                FILTERED,
                                "mx postfix/smtpd[12]: 7FC2F2: client=localhost[127.0.0.1]"
                                        + (original == null ? "" : original),
                                "mx postfix/qmgr[14]: 7FC2F2: from=<alice@example.org>, size=1,"
                                        + " nrcpt=2 (queue active)",
                                "mx postfix/lmtp[15]: 7FC2F2: to=<bob@example.net>, relay=x,"
                                        + " status=sent (y)",
                                "mx postfix/lmtp[15]: 7FC2F2: to=<carol@example.net>, relay=x,"
                                        + " status=sent (y)",
                                "mx postfix/qmgr[14]: 7FC2F2: removed",
                                SMTPD + "proxy-accept: END-OF-MESSAGE: " + reply + ENVELOPE))
                .containsExactly(
                        "06:00:00 accept 192.0.2.10 [mx.example.org]  <alice@example.org>"
                                + " bob@example.net 1",
                        "06:00:00 accept 192.0.2.10 [mx.example.org]  <alice@example.org>"
                                + " carol@example.net 1");
        assertThat(counted.locals()).isZero();
        assertThat(counted.malformed()).isZero();
    }

    /// A filter on another host names a queue file that this log does not have.
    @Test
    void whatAFilterTakesElsewhereIsKnownByItsAnswer() {
        assertThat(
                        postfix(
                                FILTERED,
                                "mx postfix/smtpd[12]: NOQUEUE: client=unknown[2001:db8::1]",
                                SMTPD
                                        + "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as 7FC2F2"
                                        + ENVELOPE,
                                "mx postfix/smtpd[12]: proxy-accept: END-OF-MESSAGE: 250 Ok;"
                                        + " from=<> to=<\"d e\"@example.net> proto=SMTP helo=<x>",
                                SMTPD + "proxy-accept: END-OF-MESSAGE: 250 Ok" + ENVELOPE))
                .containsExactly(
                        "06:00:00 accept 192.0.2.10 [mx.example.org] mx.example.org"
                                + " <alice@example.org> bob@example.net 1",
                        "06:00:01 accept 2001:db8::1 [] x <> d e@example.net 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "554 5.7.0 Reject, id=00002-01 - spam | 1 | 0",
                "451 4.3.0 Error: queue file write error | 1 | 0",
                "451 4.5.0 id=1, Error in processing | 1 | 0",
                "450 4.7.1 Greylisted, try again | 0 | 1",
            })
    void whatAFilterRefusesIsNoAttemptButGreylisting(String reply, int refused, int attempts) {
        List<String> found =
                postfix(
                        FILTERED,
                        "mx postfix/smtpd[12]: 86A61: client=localhost[127.0.0.1]:59198,"
                                + " orig_client=mx.example.org[192.0.2.10]:4000",
                        "mx postfix/smtpd[12]: 86A61: reject: END-OF-MESSAGE from"
                                + " localhost[127.0.0.1]:59198: 450 4.7.1 Later"
                                + ENVELOPE,
                        SMTPD + "proxy-reject: END-OF-MESSAGE: " + reply + ENVELOPE);
        assertThat(found).hasSize(attempts);
        assertThat(counted.refused()).isEqualTo(refused);
        assertThat(counted.locals()).isEqualTo(1);
    }

    /// A filter behind the queue has a queue file before it, which its client was told of.
    @Test
    void whatAFilterBehindTheQueueSendsBackIsThisHosts() {
        assertThat(
                        postfix(
                                "mx postfix/smtpd[1]: A1: client=mx.example.org[192.0.2.10]",
                                "mx postfix/qmgr[2]: A1: from=<a@x>, size=1, nrcpt=1",
                                "mx postfix/smtpd[3]: B2: client=localhost[127.0.0.1],"
                                    + " orig_queue_id=A1, orig_client=mx.example.org[192.0.2.10]",
                                "mx postfix/qmgr[2]: B2: from=<a@x>, size=1, nrcpt=1",
                                "mx postfix/smtp[4]: A1: to=<b@y>,"
                                    + " relay=127.0.0.1[127.0.0.1]:10024, status=sent (250 from"
                                    + " MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as B2)",
                                "mx postfix/qmgr[2]: A1: removed",
                                "mx postfix/local[2]: B2: to=<b@y>, relay=local, status=sent",
                                "mx postfix/qmgr[2]: B2: removed"))
                .containsExactly("06:00:00 accept 192.0.2.10 [mx.example.org]  <a@x> b@y 1");
        assertThat(counted.locals()).isEqualTo(1);
    }

    /// Actions of access(5) and lines of other programs with the same words: as Postfix 3.7 logs
    /// them.
    @Test
    void whatElsePostfixSaysOfACommandIsNoAttempt() {
        String about =
                " RCPT from mx.example.org[2001:db8::1]:4000: <b@y>: Recipient address triggers X;"
                        + " from=<a@x> to=<b@y> proto=ESMTP helo=<h>";
        assertThat(
                        postfix(
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
        assertThat(counted.malformed()).isZero();
        assertThat(counted.refused()).isZero();
    }

    /// Milters may defer when all is said (rspamd's greylisting does), bounces wait at DATA.
    @Test
    void laterStagesDeferToo() {
        assertThat(
                        postfix(
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
        assertThat(counted.refused()).isEqualTo(1);
        assertThat(counted.malformed()).isZero();
    }

    /// Short names of queue files are used again soon.
    @Test
    void aQueueFileThatTakesAnothersNameIsAnother() {
        assertThat(
                        postfix(
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

    /// Whatever has carried the line.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 28 06:00:01 mx postfix/smtpd[1]: %s",
                "Nov 28 06:00:01.123456 mx postfix/submission/smtpd[1]: %s",
                "<22>Nov 28 06:00:01 mx postfix/smtpd[1]: %s",
                "<22>1 2026-11-28T06:00:01.5Z mx postfix/smtpd 1 - - %s",
                "<22>1 2026-11-28T07:00:01+01:00 mx postfix/smtpd 1 - - \u00ef\u00bb\u00bf%s",
                "<22>1 2026-11-28T06:00:01Z mx postfix/smtpd 1 - [o x=~~\\] - [a~~][p y=~~z~~] %s",
                "Sat 2026-11-28 06:00:01 UTC mx postfix/smtpd[1]: %s",
                "Sat 2026-11-28 06:00:01 CET mx postfix/smtpd[1]: %s",
                "1795845601.000000 mx postfix/smtpd[1]: %s",
                "2026-11-28T06:00:01.123456789Z Nov 28 06:00:00 mx postfix/smtpd[1]: %s",
                "2026-11-28T06:00:01.1+00:00 stdout F Nov 28 06:00:00 mx postfix/smtpd[1]: %s",
                "mail-1  | Nov 28 06:00:01 mx postfix/smtpd[1]: %s",
                "{~~log~~:~~Nov 28 06:00:00 mx postfix/smtpd[1]: %s\\n~~,~~time~~:"
                        + "~~2026-11-28T06:00:01.12Z~~}",
                "{~~__REALTIME_TIMESTAMP~~:~~1795845601000001~~,~~_HOSTNAME~~:~~mx~~,~~_PID~~:~~1~~,"
                    + "~~SYSLOG_IDENTIFIER~~:~~postfix/smtpd~~,~~MESSAGE~~:~~%s~~}",
            })
    void aLineIsTheSameWhateverHasCarriedIt(String form) {
        String line =
                form.replace("~~", "\"")
                        .formatted(
                                "NOQUEUE: reject: RCPT from mx.example.org[192.0.2.1]: 450 4.2.0"
                                        + " <b@y>: Recipient address rejected: Greylisted;"
                                        + " from=<a@x> to=<b@y> proto=ESMTP helo=<h>");
        assertThat(LogForm.of(List.of(line))).contains(LogForm.POSTFIX);
        assertThat(shown(LogForm.POSTFIX, line))
                .containsExactly("06:00:01 defer 192.0.2.1 [mx.example.org] h <a@x> b@y 1");
    }

    /// The journal's JSON has what is no UTF-8 as octets, and UTF-8 as characters.
    @Test
    void aLineOfJsonIsTheSameOctets() {
        String json =
                "{\"__REALTIME_TIMESTAMP\":\"1795845601000001\",\"MESSAGE\":%s,"
                        + "\"SYSLOG_IDENTIFIER\":\"greydaemon\"}";
        String decision =
                "decision action=defer client_address=192.0.2.1 sender=<%s@x> recipient=<b@y>";
        StringBuilder octets = new StringBuilder("[");
        for (char c : decision.formatted("\u00fc").toCharArray()) {
            octets.append(octets.length() > 1 ? "," : "").append((int) c);
        }
        assertThat(
                        shown(
                                LogForm.DECISIONS,
                                json.formatted("\"" + decision.formatted("\u00c3\u00bc") + "\""),
                                json.formatted(octets + "]")))
                .containsExactly(
                        "06:00:01 defer 192.0.2.1 unknown  <\u00c3\u00bc@x> b@y 1",
                        "06:00:01 defer 192.0.2.1 unknown  <\u00fc@x> b@y 1");
        assertThat(read(LogForm.DECISIONS, "{\"log\":1", "{}", "<", "<1", "<22>1 x", "a | "))
                .isEmpty();
        assertThat(counted.malformed()).isEqualTo(5);
    }

    @Test
    void amavisAndPickupAreNotPlayed() {
        assertThat(
                        shown(
                                LogForm.POSTFIX,
                                DAY
                                        + "06:00:00 mx postfix/smtpd[1]: 1A:"
                                        + " client=localhost[127.0.0.1]",
                                DAY
                                        + "06:00:00 mx postfix/qmgr[2]: 1A: from=<a@x>, size=1,"
                                        + " nrcpt=1",
                                DAY
                                        + "06:00:00 mx postfix/local[2]: 1A: to=<b@y>, relay=local,"
                                        + " status=sent"))
                .isEmpty();
        assertThat(counted.locals()).isEqualTo(1);
    }

    /// Where DNS knows no name, and the client has said its address (Exim's host.c).
    @Test
    void eximMayTellAnAddressAlone() {
        assertThat(
                        shown(
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
        assertThat(counted.malformed()).isZero();
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
                        shown(
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
        assertThat(counted.malformed()).isZero();
    }

    /// With selectors of its log, as Exim 4.96 writes them, and addresses in quotes.
    @Test
    void eximMayTellMore() {
        String at = "2026-11-28 06:00:00.439 [13680] ";
        String host = "H=(mx.example.org) [192.0.2.7]:52039 I=[192.0.2.99]:25 ";
        assertThat(
                        shown(
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
        assertThat(counted.locals()).isEqualTo(1);
        assertThat(counted.malformed()).isZero();
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
                        read(
                                LogForm.EXIM,
                                "2026-11-28 06:00:00 H=x [%s] F=<a@x> temporarily rejected RCPT <b@y>: %s"
                                        .formatted(client, why)))
                .hasSize(attempts);
        assertThat(counted.refused()).isEqualTo(refused);
        assertThat(counted.locals()).isEqualTo(local);
    }

    @Test
    void eximTellsNamesThatItHasConfirmed() {
        String at = "2026-11-28 ";
        assertThat(
                        shown(
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
        assertThat(counted.refused()).isEqualTo(1);
        assertThat(counted.locals()).isEqualTo(1);
        assertThat(counted.malformed()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POSTFIX | Nov 28 06:00:01 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192",
                "POSTFIX | Nov 28 06:00:01 mx postfix/smtpd[1]: 4F2: client=mx.exam",
                "EXIM | 2026-11-28 06:00:00 H=x [192.0.2.1] temporarily rejected RCPT <b@y>: grey",
                "DECISIONS | Nov 28 06:00:01 mx greydaemon[1]: decision action=defer sender=<a@x>",
                "DECISIONS | Nov 28 06:00:01 x: {\"event\":\"decision\",\"action\":",
                "DECISIONS | decision action=defer client_address=192.0.2.1 sender=<>"
                        + " recipient=<b>",
            })
    void aLineThatMakesNoSenseIsNamed(LogForm form, String line) {
        assertThat(read(form, line)).isEmpty();
        assertThat(counted.malformed()).isEqualTo(1);
        assertThat(counted.named()).singleElement().asString().startsWith("log:1: ");
    }

    @Test
    void attemptsComeInTheOrderOfTheirTime() {
        String decision =
                " decision action=defer client_address=192.0.2.1 sender=<> recipient=<b@x>";
        assertThat(
                        read(
                                        LogForm.DECISIONS,
                                        DAY + "06:01:00" + decision,
                                        DAY + "06:00:30" + decision,
                                        DAY + "06:09:00" + decision,
                                        DAY + "05:00:00" + decision)
                                .stream()
                                .map(Recorded::time))
                .isSorted();
        assertThat(counted.backward()).isEqualTo(1);
    }

    /// Whatever strangers have written into a log: reading it never throws, and says what is wrong.
    @ParameterizedTest
    @org.junit.jupiter.params.provider.EnumSource(LogForm.class)
    void piecesOfLinesNeverThrow(LogForm form) {
        String[] whole = {
            DAY
                    + "06:00:01 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 450"
                    + " 4.7.1 <b@y>: Greylisted; from=<a@x> to=<b@y> proto=ESMTP helo=<x>",
            DAY + "06:00:01 mx postfix/smtpd[1]: 4F2: client=mx.example.org[192.0.2.1]",
            "2026-11-28 06:00:00 [12] H=x (y) [192.0.2.1]:4 F=<a@x> temporarily rejected RCPT <b>:",
            "2026-11-28 06:00:00 1a-b-c <= a@x H=x (y) [192.0.2.1]:4 P=esmtp S=9",
            "2026-11-28 06:00:00 1a-b-c => b <b@y> R=l T=m",
            "@400000006749f3d21dcd6500 127.0.0.1:1 new grey I192.0.2.1 Fa@x Tb@y",
            "<22>1 2026-11-28T06:00:00Z h greydaemon 1 - - decision action=defer"
                    + " client_address=192.0.2.1 sender=<> recipient=<b@y> recipients=1",
        };
        for (String line : whole) {
            for (int from = 0; from < line.length(); from++) {
                for (int to = from; to <= line.length(); to += 7) {
                    read(form, line.substring(from, to), line.substring(0, from) + line);
                }
            }
        }
        assertThat(counted.lines()).isPositive();
    }
}
