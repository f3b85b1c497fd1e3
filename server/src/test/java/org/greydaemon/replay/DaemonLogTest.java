package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What attempts the log of a daemon tells of, in each of its forms.
final class DaemonLogTest {
    private final TestLog log = new TestLog();

    @Test
    void decisionsInLogfmtAndJson() {
        assertThat(
                        log.shown(
                                LogForm.DECISIONS,
                                "2026-11-28T06:02:10.123456+00:00 mx greydaemon[7]: decision"
                                        + " action=defer reason=new proto=policy peer=unix"
                                        + " client_address=192.0.2.7 sender=<a\\x20b@example.org>"
                                        + " recipient=<b@example.net> recipients=3 retry_in=240s",
                                "Nov 28 06:12:10 mx greydaemon[7]: {\"event\":\"decision\","
                                        + "\"action\":\"accept\",\"reason\":\"authenticated\","
                                        + "\"client_address\":\"2001:db8::7\",\"sender\":\"\","
                                        + "\"recipient\":\"b@example.net\",\"recipients\":1}",
                                "Nov 28 06:12:11 mx greydaemon[7]: saved",
                                "Nov 28 06:12:12 mx greydaemon[7]: decision action=none"
                                        + " reason=malformed"))
                .containsExactly(
                        "06:02:10 defer 192.0.2.7 unknown  <a b@example.org> b@example.net 3",
                        "06:12:10 accept 2001:db8::7 unknown  <> b@example.net 1 authenticated");
        assertThat(log.counted().malformed()).isZero();
    }

    @Test
    void decisionsTellTheNamesOfHosts() {
        String line =
                "Nov 28 06:00:00 mx greydaemon[7]: decision action=defer"
                        + " client_address=192.0.2.7 %ssender=<> recipient=<b@example.net>"
                        + " recipients=12345 %s";
        assertThat(
                        log.shown(
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
                        log.shown(
                                LogForm.ORIGINAL,
                                "Nov 28 06:00:00 mx greyd: " + asked.formatted("new grey"),
                                "Nov 28 06:00:00 mx greyd: " + asked.formatted("new grey"),
                                "Nov 28 06:10:00 mx greyd: " + asked.formatted("retry ok"),
                                "Nov 28 06:10:00 mx greyd: " + asked.formatted("new grey"),
                                "Nov 28 06:20:00 mx greyd: " + asked.formatted("ok ip"),
                                "Nov 28 06:20:01 mx greyd: policy/unix white I::1 F"
                                        + " Tx@example.net"))
                .containsExactly(
                        "06:00:00 defer 192.0.2.1 unknown  <a@example.org>"
                                + " b@example.net,c@example.net 2",
                        "06:10:00 defer 192.0.2.1 unknown  <a@example.org>"
                                + " b@example.net,c@example.net 2",
                        "06:20:00 accept 192.0.2.1 unknown  <a@example.org>"
                                + " b@example.net,c@example.net 2",
                        "06:20:01 accept ::1 unknown  <> x@example.net 1");
    }

    /// As in a trial: the mail has passed.
    @Test
    void whatPassesAllTheSameWasAccepted() {
        String asked = "policy/unix new grey I192.0.2.1 Fa@example.org Tb@example.net";
        String passes = " passes all the same, by rules.observe or a line that observes";
        assertThat(
                        log.shown(
                                LogForm.ORIGINAL,
                                "2026-11-28T06:00:00Z " + asked,
                                "2026-11-28T06:00:00Z policy/unix" + passes,
                                "2026-11-28T06:00:01Z " + asked.replace("b@", "c@"),
                                "2026-11-28T06:00:01Z 127.0.0.1:4242" + passes))
                .containsExactly(
                        "06:00:00 accept 192.0.2.1 unknown  <a@example.org> b@example.net 1",
                        "06:00:01 defer 192.0.2.1 unknown  <a@example.org> c@example.net 1");
    }

    /// Of each recipient that a line lets pass it is said, as of a client that one does.
    @Test
    void whiteMayBeOneRecipientOrTheClient() {
        String asked = "127.0.0.1:4242 %s I192.0.2.1 Fa@example.org Tb@example.net Tc@example.net";
        assertThat(
                        log.shown(
                                LogForm.ORIGINAL,
                                "Nov 28 06:00:00 mx greyd: " + asked.formatted("white"),
                                "Nov 28 06:00:00 mx greyd: " + asked.formatted("white"),
                                "Nov 28 06:10:00 mx greyd: " + asked.formatted("white"),
                                "Nov 28 06:10:00 mx greyd: " + asked.formatted("new grey"),
                                "Nov 28 06:20:00 mx greyd: " + asked.formatted("white"),
                                "Nov 28 06:30:00 mx greyd: " + asked.formatted("white")))
                .extracting(attempt -> attempt.substring(0, 15))
                .containsExactly(
                        "06:00:00 accept", "06:10:00 defer ", "06:20:00 accept", "06:30:00 accept");
    }
}
