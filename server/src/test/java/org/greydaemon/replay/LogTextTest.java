package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// A line tells of the same whatever has carried it.
final class LogTextTest {
    private final TestLog log = new TestLog();

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
        assertThat(log.shown(LogForm.POSTFIX, line))
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
                        log.shown(
                                LogForm.DECISIONS,
                                json.formatted("\"" + decision.formatted("\u00c3\u00bc") + "\""),
                                json.formatted(octets + "]")))
                .containsExactly(
                        "06:00:01 defer 192.0.2.1 unknown  <\u00c3\u00bc@x> b@y 1",
                        "06:00:01 defer 192.0.2.1 unknown  <\u00fc@x> b@y 1");
        assertThat(log.read(LogForm.DECISIONS, "{\"log\":1", "{}", "<", "<1", "<22>1 x", "a | "))
                .isEmpty();
        assertThat(log.counted().malformed()).isEqualTo(5);
    }
}
