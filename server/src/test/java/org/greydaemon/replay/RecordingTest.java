package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// The order in which the attempts of a log come, and lines that are damaged.
final class RecordingTest {
    private final TestLog log = new TestLog();

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
                                    .formatted(TestLog.NOW + second, i)
                            + " recipient=<b@example.net>");
        }
        List<String> expected =
                IntStream.range(0, 2000)
                        .boxed()
                        .sorted(Comparator.comparing(seconds::get))
                        .map(i -> seconds.get(i) + " " + i)
                        .toList();
        assertThat(log.read(LogForm.DECISIONS, lines.toArray(new String[0])))
                .map(recorded -> recorded.time() - TestLog.NOW + " " + recorded.envelope().sender())
                .isEqualTo(expected);
        assertThat(log.counted().backward()).isZero();
    }

    @Test
    void attemptsComeInTheOrderOfTheirTime() {
        String decision =
                " decision action=defer client_address=192.0.2.1 sender=<> recipient=<b@x>";
        assertThat(
                        log
                                .read(
                                        LogForm.DECISIONS,
                                        "Nov 28 06:01:00" + decision,
                                        "Nov 28 06:00:30" + decision,
                                        "Nov 28 06:09:00" + decision,
                                        "Nov 28 05:00:00" + decision)
                                .stream()
                                .map(Recorded::time))
                .isSorted();
        assertThat(log.counted().backward()).isEqualTo(1);
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
                assertThatCode(() -> log.read(form, line, torn))
                        .as(torn)
                        .doesNotThrowAnyException();
            }
        }
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
        assertThat(log.read(form, line)).isEmpty();
        assertThat(log.counted().malformed()).isEqualTo(1);
        assertThat(log.counted().named()).singleElement().asString().startsWith("log:1: ");
    }

    /// Whatever strangers have written into a log: reading it never throws, and says what is wrong.
    @ParameterizedTest
    @EnumSource(LogForm.class)
    void piecesOfLinesNeverThrow(LogForm form) {
        String[] whole = {
            "Nov 28 06:00:01 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 450"
                    + " 4.7.1 <b@y>: Greylisted; from=<a@x> to=<b@y> proto=ESMTP helo=<x>",
            "Nov 28 06:00:01 mx postfix/smtpd[1]: 4F2: client=mx.example.org[192.0.2.1]",
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
                    log.read(form, line.substring(from, to), line.substring(0, from) + line);
                }
            }
        }
        assertThat(log.counted().lines()).isPositive();
    }
}
