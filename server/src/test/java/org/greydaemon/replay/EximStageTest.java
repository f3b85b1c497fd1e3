package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.Stream;

/// At which commands an Exim says that it defers, and what it names there: the table of
/// docs/replay.md, from smtp_handle_acl_fail() of its smtp_in.c and the logs of its test suite.
final class EximStageTest {
    private static final String HOST = "H=mx.example.org (helo) [192.0.2.1]";
    private static final List<String> TAKEN =
            List.of(
                    "06:20:00 2a <= a@x " + HOST + " P=esmtp S=9",
                    "06:20:00 2a => bob <b@y> R=local T=maildir",
                    "06:20:00 2a -> carol <c@y> R=local T=maildir",
                    "06:20:00 2a Completed");
    private static final String DEFERRED = "06:00:00 defer 192.0.2.1 [mx.example.org] <a@x> ";
    private static final String B = "06:20:00 accept 192.0.2.1 [mx.example.org] <a@x> b@y";
    private static final String C = "06:20:00 accept 192.0.2.1 [mx.example.org] <a@x> c@y";

    private final ShownAttempts attempts = new ShownAttempts(LogForm.EXIM);
    private final ReadLines counted = attempts.counted();

    private List<String> read(String... lines) {
        return attempts.of(Stream.of(lines).map(line -> "2026-11-28 " + line).toList());
    }

    /// A line, and 20 minutes later the message of `<a@x>` to `<b@y>` and `<c@y>`.
    private List<String> readThenTaken(String line) {
        return read(
                Stream.concat(Stream.of("06:00:00 " + line), TAKEN.stream())
                        .toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HOST + " F=<a@x> temporarily rejected RCPT <b@y>: greylisted.",
                HOST + " F=<a@x> temporarily rejected RCPT <b@y>",
                HOST + " F=<a@x> temporarily rejected RCPT b@y: greylisted",
                HOST + ":25 I=[192.0.2.9]:25 U=root F=<a@x> temporarily rejected RCPT <b@y>: later",
                HOST
                        + " X=TLS1.3:A:256 CV=no F=<a@x> SPF=none DMARC=none temporarily rejected"
                        + " RCPT <b@y>: 452 4.5.3 Try again",
                "1a " + HOST + " F=<a@x> temporarily rejected after DATA: greylisted for b@y",
                // The command itself tells no sender: who comes again with the recipient has it.
                HOST + " temporarily rejected DATA: greylisted for b@y",
                HOST + " X=TLS1.3:A:256 CV=no temporarily rejected DATA: greylisted for b@y, d@y",
            })
    void whatNamesTheRecipientIsItsAttempt(String line) {
        assertThat(readThenTaken(line)).containsExactly(DEFERRED + "b@y", B, C);
        assertThat(counted.refused()).isZero();
        assertThat(counted.malformed()).isZero();
    }

    /// Exim cuts a command at 100 characters, so that a long recipient is known when it comes
    /// again.
    @ParameterizedTest
    @ValueSource(strings = {"", ": greylisted", ": greylisted <see>: there"})
    void aRecipientThatIsCutOffIsKnownLater(String reason) {
        String cut = ("<SRS0=" + "x".repeat(100)).substring(0, 100);
        String line = HOST + " F=<a@x> temporarily rejected RCPT " + cut + reason;
        assertThat(readThenTaken(line)).containsExactly(DEFERRED + "b@y", DEFERRED + "c@y", B, C);
    }

    @Test
    void aRecipientThatJustFitsIsWhole() {
        String whole = "<" + "x".repeat(96) + "@y>";
        String line = HOST + " F=<a@x> temporarily rejected RCPT " + whole + ": later";
        assertThat(read("06:00:00 " + line))
                .containsExactly(DEFERRED + whole.substring(1, whole.length() - 1));
    }

    /// Some greylist at MAIL already: they say so, or are about something else.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "temporarily rejected MAIL <a@x>: greylisted | 2 | 0",
                "temporarily rejected MAIL <a@x>: Could not complete sender verify callout | 0 | 0",
                "temporarily rejected MAIL <a@x> | 0 | 0",
                "rejected MAIL <a@x>: greylisted for ever | 0 | 0",
                "temporarily rejected EHLO or HELO xxx: greylisted | 0 | 0",
                "temporarily rejected connection in \"connect\" ACL: greylisted | 0 | 0",
            })
    void atMailItIsAnAttemptIfItSaysSo(String what, int deferred, int unnamed) {
        assertThat(readThenTaken(HOST + " " + what)).hasSize(deferred + 2);
        assertThat(counted.unnamed()).isEqualTo(unnamed);
        assertThat(counted.malformed()).isZero();
    }

    /// Who has sent it nobody knows, and a client sends many people's mail.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "temporarily rejected DATA: greylisted",
                "temporarily rejected DATA",
                "temporarily rejected DATA: greylisted for d@y",
            })
    void atDataItIsCountedIfNothingTellsWhoseItWas(String what) {
        assertThat(readThenTaken(HOST + " " + what)).containsExactly(B, C);
        assertThat(counted.unnamed()).isEqualTo(1);
    }

    @Test
    void atDataTheClientMustBeTheSame() {
        assertThat(readThenTaken("H=o [192.0.2.9] temporarily rejected DATA: greylisted for b@y"))
                .containsExactly(B, C);
        assertThat(counted.unnamed()).isEqualTo(1);
    }

    /// `exim -bs`: there is no client.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "U=joe F=<a@x> temporarily rejected RCPT <b@y>: greylisted",
                "U=joe F=<> temporarily rejected RCPT <b@y>",
                "U=joe temporarily rejected DATA: greylisted for b@y",
                "1a U=joe F=<a@x> temporarily rejected after DATA: greylisted",
            })
    void whatComesFromThisHostItselfIsCountedAsThat(String line) {
        assertThat(readThenTaken(line)).containsExactly(B, C);
        assertThat(counted.locals()).isEqualTo(1);
        assertThat(counted.malformed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "too many recipients: excess temporarily rejected: sender=<a@x> " + HOST,
                HOST + " F=<a@x> RCPT <b@y>: discarded by RCPT ACL: greylisted",
                "2a PRDR R=<b@y> temporary refusal",
            })
    void otherLinesTellOfNoAttempt(String line) {
        assertThat(readThenTaken(line)).containsExactly(B, C);
        assertThat(counted.malformed()).isZero();
    }
}
