package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.qmail.Recorder.Mail;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// greyqueue between two pipes and a queue program: what becomes of the mail, whatever the
/// envelope.
final class GreyqueueIT {
    private static final String ENVELOPE = "Fa@b|Tc@d|Te@f||";
    private static final String QUERY = "I192.0.2.1|Fa@b|Tc@d|Te@f|";
    private static final int DEFERRED = 71;

    @TempDir Path folder;
    private QueueFolder room;

    @BeforeEach
    void makeQueue() throws IOException {
        room = QueueFolder.in(folder);
    }

    @Test
    void acceptedMailIsQueuedUnchanged() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.give("Subject: x\n\nhello\n", ENVELOPE);
            assertThat(peer.answer(1, 3)).isEqualTo(QUERY);
            assertThat(queueing.end()).isEqualTo(new Run.Result(0, "", ""));
            assertThat(room.recorder().mails())
                    .containsExactly(new Mail("Subject: x\n\nhello\n", ENVELOPE));
            assertThat(room.recorder().isTidy()).isTrue();
        }
    }

    @Test
    void deferredMailLeavesNothingInTheQueue() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.give("x".repeat(3_000_000), ENVELOPE);
            assertThat(peer.answer(0, 1)).isEqualTo(QUERY);
            Run.Result end = queueing.end();
            assertThat(end.exit()).isEqualTo(DEFERRED);
            assertThat(end.err())
                    .matches(
                            "greyqueue: pid \\d+ from 192.0.2.1: Greylisted <a@b> to"
                                    + " <c@d>\\.\\.\\.\n");
            assertThat(room.recorder().mails()).isEmpty();
            assertThat(room.recorder().hasStarted()).isTrue();
            assertThat(room.recorder().isTidy()).isTrue();
        }
    }

    @Test
    void queueProgramSeesNothingOfTheEnvelopeBeforeTheVerdict() throws IOException {
        Path seen = folder.resolve("seen");
        Map<String, String> program =
                room.queueProgram(
                        "cat >/dev/null; dd bs=1 count=1 <&1 >" + seen + " 2>/dev/null; exit 54");
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, program)) {
            queueing.give("x", ENVELOPE);
            Peer.Query query = peer.query();
            peer.answer(query, 0, 1);
            assertThat(queueing.end().exit()).isEqualTo(DEFERRED);
            assertThat(seen).isEmptyFile();
        }
    }

    @Test
    void largeMessageAndEnvelopePassUnchanged() throws Exception {
        String message = "0123456789abcde\n".repeat(200_000);
        String recipients =
                IntStream.range(0, 3000)
                        .mapToObj(i -> "Trecipient-" + i + "@example.net|")
                        .collect(Collectors.joining());
        String envelope = "Fa@b|" + recipients + "|";
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.message(message);
            queueing.endMessage();
            FutureTask<String> query = new FutureTask<>(() -> peer.answer(1, 2));
            Thread.ofVirtual().start(query);
            queueing.envelope(envelope);
            assertThat(queueing.end().exit()).isZero();
            // The query is as full as whole recipients make it.
            assertThat(query.get()).hasSize(2000).matches(".{1950,}@example\\.net\\|+");
            assertThat(room.recorder().mails()).containsExactly(new Mail(message, envelope));
        }
    }

    @Test
    void deferringTakesTheWholeEnvelopeFromItsWriter() throws Exception {
        String envelope = "Fa@b|" + "Trecipient@example.net|".repeat(10_000) + "|";
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            FutureTask<String> query = new FutureTask<>(() -> peer.answer(0, 1));
            Thread.ofVirtual().start(query);
            queueing.give("x", envelope);
            assertThat(queueing.end().exit()).isEqualTo(DEFERRED);
            assertThat(query.get()).startsWith("I192.0.2.1|Fa@b|Trecipient@");
            assertThat(queueing.isBroken()).isFalse();
            assertThat(room.recorder().mails()).isEmpty();
            assertThat(room.recorder().isTidy()).isTrue();
        }
    }

    /// A held envelope may end exactly where the room for it does, or one byte before or behind.
    @ParameterizedTest
    @ValueSource(ints = {1997, 1998, 1999, 2000, 2001, 2002, 15_999, 16_000, 16_001, 16_002})
    void envelopeThatJustFitsPassesUnchanged(int length) {
        String envelope = "F|T" + "s".repeat(400) + "|";
        envelope += "T" + "r".repeat(length - envelope.length() - 3) + "||";
        assertThat(envelope).hasSize(length);
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.give("x", envelope);
            assertThat(peer.answer(1, 2)).startsWith("I192.0.2.1|F|Tsss");
            assertThat(queueing.end().exit()).isZero();
            assertThat(room.recorder().mails()).containsExactly(new Mail("x", envelope));
        }
    }

    /// qmail-queue does not wait for the end of the pipe, and neither may greyqueue: its caller may
    /// keep the pipe open while it waits.
    @Test
    void envelopeEndsAtItsEmptyItem() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.message("x");
            queueing.endMessage();
            for (int i = 0; i < ENVELOPE.length(); i++) {
                queueing.envelope(ENVELOPE.substring(i, i + 1));
            }
            peer.answer(1, 3);
            assertThat(queueing.end().exit()).isZero();
            assertThat(room.recorder().mails()).containsExactly(new Mail("x", ENVELOPE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "F", "Fa@b", "Fa@b|", "Fa@b|Tc@d", "Fa@b|Tc@d|", "Fa@b|Tc@d|Te"})
    void cutEnvelopeIsNotAskedAboutAndQueuesNothing(String envelope) {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            assertThat(queueing.pass("Subject: x", envelope).exit()).isEqualTo(54);
            assertThat(peer.isUnasked()).isTrue();
            assertThat(room.recorder().mails()).isEmpty();
            assertThat(room.recorder().isTidy()).isTrue();
        }
    }

    @Test
    void envelopeCutBehindTheHeldPartQueuesNothing() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.give("x", "Fa@b|" + "Trecipient@example.net|".repeat(1000));
            peer.answer(1, 2);
            queueing.endEnvelope();
            assertThat(queueing.end().exit()).isEqualTo(54);
            assertThat(room.recorder().mails()).isEmpty();
            assertThat(room.recorder().isTidy()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"X||, 91", "Xa@b|Tc@d||, 91", "Fa@b|Xc@d||, 91", "|, 54"})
    void malformedEnvelopeIsTheQueueProgramsBusiness(String envelope, int exit) {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, Map.of("GREYSTRICT", "1"))) {
            assertThat(queueing.pass("x", envelope).exit()).isEqualTo(exit);
            assertThat(peer.isUnasked()).isTrue();
            assertThat(room.recorder().mails()).isEmpty();
        }
    }

    @Test
    void envelopeWithoutARecipientIsAcceptedUnasked() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, Map.of("GREYSTRICT", "1"))) {
            Run.Result end = queueing.pass("x", "Fa@b||");
            assertThat(end.exit()).as(end.err()).isZero();
            assertThat(end.err()).contains(", no recipient,");
            assertThat(peer.isUnasked()).isTrue();
            assertThat(room.recorder().mails()).containsExactly(new Mail("x", "Fa@b||"));
        }
    }

    /// Whatever its length, an address hides neither itself nor those beside it: the daemon is
    /// asked, and knows from the size of 2000 that it sees a part.
    @ParameterizedTest
    @CsvSource({
        "Fa@b|TLONG||, 2100, a@b, LONG",
        "FLONG|Tc@d||, 2100, LONG, c@d",
        "FLONG|Tc@d||, 15000, LONG, c@d",
        "FLONG|Tc@d||, 15999, LONG, ''",
        "FLONG|Tc@d||, 70000, LONG, ''",
        "Fa@b|Tc@d|TLONG||, 70000, a@b, c@d",
    })
    void addressOfAnyLengthIsAskedAbout(String form, int length, String sender, String recipient) {
        String envelope = form.replace("LONG", "x".repeat(length));
        String query = "I192.0.2.1|F" + sender + "|T" + recipient + "|";
        query = query.replace("LONG", "x".repeat(967));
        query += "|".repeat(2000 - query.length());
        try (Peer peer = Peer.open();
                Queueing accepted = room.start(peer)) {
            accepted.message("x");
            accepted.endMessage();
            Thread.ofVirtual().start(() -> accepted.envelope(envelope));
            assertThat(peer.answer(1, 3)).isEqualTo(query);
            Run.Result end = accepted.end();
            assertThat(end.exit()).as(end.err()).isZero();
            assertThat(room.recorder().mails()).containsExactly(new Mail("x", envelope));
        }
        try (Peer peer = Peer.open();
                Queueing strict = room.start(peer, Map.of("GREYSTRICT", "1"))) {
            strict.message("x");
            strict.endMessage();
            Thread.ofVirtual().start(() -> strict.envelope(envelope));
            peer.answer(1, 3);
            boolean shortened = query.contains("xxx") || recipient.isEmpty();
            assertThat(strict.end().exit()).isEqualTo(shortened ? DEFERRED : 0);
            assertThat(room.recorder().mails()).hasSize(shortened ? 1 : 2);
        }
    }

    /// Exempt recipients in front must not hide the one behind them.
    @Test
    void recipientThatDoesNotFitMakesTheQueryACutOne() {
        String envelope = "F|" + "Tpostmaster@example.net|".repeat(90) + "Tbob@example.net||";
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.give("x", envelope);
            assertThat(peer.answer(0, 1)).hasSize(2000).doesNotContain("bob");
            Run.Result end = queueing.end();
            assertThat(end.exit()).isEqualTo(DEFERRED);
            assertThat(end.err()).contains(">..., more than a query holds, GREYIP=");
        }
    }

    @Test
    void closingNulIsNoRecipient() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.give("x", "Fa@b|Tc@d||");
            peer.answer(0, 1);
            assertThat(queueing.end().err()).endsWith(": Greylisted <a@b> to <c@d>\n");
        }
    }

    @Test
    void refusedQuestionAcceptsOrUnderStrictDefers() {
        Map<String, String> closed = Map.of("GREYIP", ":1");
        Map<String, String> strict = Map.of("GREYIP", ":1", "GREYSTRICT", "1");
        try (Peer peer = Peer.open();
                Queueing lenient = room.start(peer, closed)) {
            assertThat(lenient.pass("x", ENVELOPE).exit()).isZero();
            assertThat(room.recorder().mails()).hasSize(1);
        }
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, strict)) {
            Run.Result end = queueing.pass("y", ENVELOPE);
            assertThat(end.exit()).isEqualTo(DEFERRED);
            assertThat(end.err()).contains("Deferred without greylisting <a@b> to <c@d>...");
            assertThat(room.recorder().mails()).hasSize(1);
            assertThat(room.recorder().isTidy()).isTrue();
        }
    }

    @Test
    void silentDaemonAccepts() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            Run.Result end = queueing.pass("x", ENVELOPE);
            assertThat(end.exit()).isZero();
            assertThat(end.err()).contains("no answer in time");
            assertThat(room.recorder().mails()).containsExactly(new Mail("x", ENVELOPE));
        }
    }

    @Test
    void clientThatVanishesInTheMessageIsNotAskedAbout() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            assertThat(queueing.pass("Subject: ha", "").exit()).isEqualTo(54);
            assertThat(peer.isUnasked()).isTrue();
            assertThat(room.recorder().isTidy()).isTrue();
        }
    }
}
