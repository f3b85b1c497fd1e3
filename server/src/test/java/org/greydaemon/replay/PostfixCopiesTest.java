package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Recipients whom Postfix has added, by `always_bcc` and the like: no client has named them. How
/// many one has named, the end of its session tells (smtpd.c, smtpd_format_cmd_stats()).
final class PostfixCopiesTest {
    private static final String ARCHIVE = "archive@y";

    private final ShownAttempts attempts = new ShownAttempts(LogForm.POSTFIX);
    private final List<String> lines = new ArrayList<>();
    private int second;
    private int queue;

    private void log(String program, String text) {
        lines.add(
                String.format(
                        Locale.ROOT,
                        "Nov 28 06:%02d:%02d mx postfix/%s: %s",
                        second / 60,
                        second % 60,
                        program,
                        text));
    }

    private void connect() {
        second++;
        log("smtpd[1]", "connect from mx.example.org[192.0.2.1]");
    }

    /// A message to these, which is delivered at once.
    private void message(String... recipients) {
        String id = "4F" + queue++;
        log("smtpd[1]", id + ": client=mx.example.org[192.0.2.1]");
        log("qmgr[2]", id + ": from=<a@x>, size=9, nrcpt=" + recipients.length);
        for (String recipient : recipients) {
            log("lmtp[3]", id + ": to=<" + recipient + ">, relay=z, status=sent (250 2.0.0 Ok)");
        }
        log("qmgr[2]", id + ": removed");
    }

    private void disconnect(int messages, String rcpt) {
        log(
                "smtpd[1]",
                "disconnect from mx.example.org[192.0.2.1] ehlo=1 mail=%d rcpt=%s data=%d quit=1 commands=5"
                        .formatted(messages, rcpt, messages));
    }

    private void session(String rcpt, String... recipients) {
        connect();
        message(recipients);
        disconnect(1, rcpt);
    }

    /// The recipients of all attempts.
    private List<String> recipients() {
        return attempts.read(lines).stream()
                .map(attempt -> attempt.envelope().recipients().getFirst())
                .toList();
    }

    @Test
    void whoIsInEveryMessageThatHasOneMoreThanWereNamedIsNoRecipient() {
        for (String name : List.of("b@y", "c@y", "d@y", "e@y", "f@y")) {
            session("1", name, ARCHIVE);
        }
        session("2/3", "b@y", "g@y", ARCHIVE);
        assertThat(recipients()).endsWith("e@y", "f@y", "b@y", "g@y").hasSize(10);
    }

    /// Which of two that always come together was named nobody can tell.
    @Test
    void whoComesAlwaysWithTheSameOtherStays() {
        for (int i = 0; i < 20; i++) {
            session("1", "b@y", "copy-of-b@y");
        }
        assertThat(recipients()).hasSize(40);
    }

    @Test
    void whoWasNamedStays() {
        for (String name : List.of("b@y", "c@y", "d@y", "e@y", "f@y")) {
            session("1", name, ARCHIVE);
        }
        session("2", "b@y", ARCHIVE);
        session("1", ARCHIVE);
        assertThat(recipients()).endsWith("f@y", "b@y", ARCHIVE, ARCHIVE);
    }

    /// A session of several messages tells the sum only, and a Postfix before 3.0 nothing.
    @Test
    void whoIsKnownIsNoRecipientWhereNobodyTellsHowManyWereNamed() {
        for (String name : List.of("b@y", "c@y", "d@y", "e@y")) {
            session("1", name, ARCHIVE);
        }
        connect();
        message("g@y", ARCHIVE);
        message("h@y", ARCHIVE);
        disconnect(2, "2");
        connect();
        message("i@y", ARCHIVE);
        log("smtpd[1]", "disconnect from mx.example.org[192.0.2.1]");
        assertThat(recipients()).endsWith("e@y", "g@y", "h@y", "i@y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ehlo=1 quit=1 commands=2", " rcpt=", " rcpt=x", " rcpt=99999999999"})
    void withoutCountsAllAreRecipients(String counts) {
        for (String name : List.of("b@y", "c@y", "d@y", "e@y", "f@y")) {
            connect();
            message(name, ARCHIVE);
            log("smtpd[1]", "disconnect from mx.example.org[192.0.2.1]" + counts);
        }
        assertThat(recipients()).hasSize(10);
        assertThat(attempts.counted().malformed()).isZero();
    }

    /// Its client may stay connected, or its end be lost.
    @Test
    void aSessionThatDoesNotEndHoldsNothingUp() {
        connect();
        message("b@y");
        second += 300;
        connect();
        message("c@y");
        disconnect(1, "1");
        assertThat(recipients()).containsExactly("b@y", "c@y");
        assertThat(attempts.counted().backward()).isZero();
    }
}
