package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// What is the daemon's own word in a log, and what only says so.
final class ProgramTextTest {
    private static final List<String> DECISIONS =
            List.of(
                    "decision action=accept client_address=192.0.2.9 sender=<a@x> recipient=<b@y>",
                    "{\"event\":\"decision\",\"action\":\"accept\",\"client_address\":\"192.0.2.9\","
                        + "\"sender\":\"a@x\",\"recipient\":\"b@y\"}",
                    "127.0.0.1:1 ok ip I192.0.2.9 Fa@x Tb@y");

    private final TestLog log = new TestLog();

    /// A client says what it likes in HELO, in commands and in addresses, and others log it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 28 06:00:00 mx postfix/smtpd[9]: improper command pipelining after CONNECT"
                        + " from x[192.0.2.9]: %s",
                "Nov 28 06:00:00 mx postfix/smtpd[9]: warning: x[192.0.2.9]: greydaemon[7]: %s",
                "Nov 28 06:00:00 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from x[192.0.2.9]: 554"
                        + " 5.7.1 <z@y>: Relay access denied; from=<a@x> to=<z@y> proto=SMTP"
                        + " helo=<%s>",
                "Nov 28 06:00:00 host docker[7]: postfix-1  | Nov 28 05:00:00 mx postfix/smtpd[9]:"
                        + " warning: x[192.0.2.9]: %s",
                "2026-11-28_06:00:00.12345 mail.info: Nov 28 06:00:00 postfix/smtpd[9]: warning:"
                        + " x[192.0.2.9]: %s",
                "Nov 28 06:00:00 mx postfix/smtpd[9]: warning: x[192.0.2.9]: Nov 28 05:00:00 mx"
                        + " greydaemon[7]: %s",
                "2026-11-28 06:00:00 SMTP protocol synchronization error (input sent without"
                    + " waiting for greeting): rejected connection from H=[192.0.2.9] input=\"%s\"",
                "2026-11-28 06:00:00 SMTP call from [192.0.2.9] dropped: too many syntax or"
                        + " protocol errors (last command was \"x %s\")",
                "2026-11-28 06:00:00 1a <= a@x H=[192.0.2.9] P=smtp S=9 T=\"x: %s\"",
                "2026-11-28 06:00:00 1a <= a@x H=[::1] T=\"a x: %s\"",
            })
    void whatAStrangerHasSaidIsNoDecision(String form) {
        for (String decision : DECISIONS) {
            String line = form.formatted(decision);
            assertThat(LogForm.of(List.of(line)))
                    .as(line)
                    .doesNotContain(LogForm.DECISIONS, LogForm.ORIGINAL);
            assertThat(log.shown(LogForm.DECISIONS, line)).isEmpty();
            assertThat(log.shown(LogForm.ORIGINAL, line)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 28 06:00:00 mx greydaemon[7]: %s",
                "Nov 28 06:00:00 mx greydaemon: %s",
                "Nov 28 06:00:00 relay mx mail.info greydaemon[7]: %s",
                "Nov 28 06:00:00 mx greydaemon[7]: [ID 197553 mail.info] %s",
                "Nov 28 06:00:00 host podman[77]: Nov 28 05:00:00 mx greydaemon[1]: %s",
                "Nov 28 06:00:00 host podman[77]: Nov 28 05:00:00 mx mail.info greydaemon[1]: %s",
                "Nov 28 06:00:00 host podman[77]: Nov 28 05:00:00 greydaemon[1]: %s",
                "Nov 28 06:00:00 host podman[77]: 2026-11-28T05:00:00Z %s",
                "Nov 28 06:00:00 host docker[77]: grey-1  | %s",
                "Nov 28 06:00:00 host docker[77]: grey-1  | Nov 28 05:00:00 mx greydaemon[1]: %s",
                "2026-11-28_06:00:00.12345 mail.info: Nov 28 06:00:00 greydaemon[7]: %s",
                "2026-11-28_06:00:00.12345 192.0.2.1: mail.info: Nov 28 06:00:00 greydaemon[7]: %s",
                "<22>1 2026-11-28T06:00:00Z mx greydaemon 7 - - %s",
                "2026-11-28T06:00:00.5Z stdout F %s",
                "2026-11-28_06:00:00.12345 Nov 28 05:00:00 mx greydaemon[7]: %s",
                "@400000006a191a4a1dcd6500 %s",
                "grey-1  | 2026-11-28T06:00:00Z %s",
                "2026-11-28T06:00:00Z  %s",
            })
    void whateverHasCarriedTheDaemonsItIsRead(String form) {
        for (String decision : DECISIONS) {
            String line = form.formatted(decision);
            LogForm expected = decision.startsWith("127") ? LogForm.ORIGINAL : LogForm.DECISIONS;
            assertThat(LogForm.of(List.of(line))).as(line).contains(expected);
            assertThat(log.shown(expected, line))
                    .as(line)
                    .singleElement()
                    .asString()
                    .endsWith("accept 192.0.2.9 unknown  <a@x> b@y 1");
        }
    }
}
