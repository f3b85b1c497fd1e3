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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// greyqueue and the processes around it: queue programs that fail, callers with odd descriptors
/// and signal settings, and signals at the worst moment. One mail has one fate.
final class GreyqueueProcessIT {
    private static final String ENVELOPE = "Fa@b|Tc@d|Te@f||";
    private static final String QUERY = "I192.0.2.1|Fa@b|Tc@d|Te@f|";
    private static final int DEFERRED = 71;
    private static final int SIGPIPE = 13;

    @TempDir Path folder;
    private QueueFolder room;

    @BeforeEach
    void makeQueue() throws IOException {
        room = QueueFolder.in(folder);
    }

    @Test
    void deferringWaitsUntilTheQueueProgramHasCleanedUp() throws IOException {
        Path waiting = folder.resolve("waiting");
        Path go = folder.resolve("go");
        Map<String, String> program =
                room.queueProgram(
                        "cat >/dev/null; cat <&1 >/dev/null; touch %s; until [ -e %s ]; do sleep 0.02; done; exit 54"
                                .formatted(waiting, go));
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, program)) {
            queueing.give("x", ENVELOPE);
            peer.answer(0, 1);
            await(() -> Files.exists(waiting));
            assertThat(queueing.isRunning()).isTrue();
            Files.createFile(go);
            assertThat(queueing.end().exit()).isEqualTo(DEFERRED);
        }
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, 0", "IGNORE, 1"})
    void queueProgramGetsTheSignalsOfTheCaller(String pipe, int ignored) throws IOException {
        Path seen = folder.resolve("seen");
        String caller =
                "exec perl -e '$SIG{PIPE} = \"" + pipe + "\"; exec @ARGV' " + Programs.greyqueue();
        Map<String, String> program =
                room.queueProgram("grep SigIgn /proc/self/status >" + seen + "; exit 54");
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, program, caller)) {
            queueing.pass("x", "");
        }
        String mask = Files.readString(seen).replaceFirst("SigIgn:", "").strip();
        assertThat(Long.parseLong(mask, 16) >> (SIGPIPE - 1) & 1).isEqualTo(ignored);
    }

    @ParameterizedTest
    @CsvSource({
        "GREYIP, ''",
        "GREYIP, -",
        "RELAYCLIENT, ''",
        "RELAYCLIENT, @relay",
        "SMTP_AUTH_USER, alice",
        "AUTHPROTOCOL, PLAIN",
        "GREYAUTH, TCPREMOTEIP",
        "TCPREMOTEIP, -",
        "TCPREMOTEIP, ''",
        "TCPREMOTEIP, unknown",
    })
    void withoutAQuestionTheQueueProgramRunsInItsPlace(String name, String value) {
        String unset = value.equals("-") ? "unset " + name + "; " : "";
        String command = unset + "exec " + Programs.greyqueue();
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, Map.of(name, value), command)) {
            assertThat(queueing.pass("x", ENVELOPE)).isEqualTo(new Run.Result(0, "", ""));
            assertThat(peer.isUnasked()).isTrue();
            assertThat(room.recorder().mails()).containsExactly(new Mail("x", ENVELOPE));
        }
    }

    /// A client can have these set without a password: by its ident server or by MAIL's parameter
    /// AUTH, and aQmail sets AUTHUSER before it looks at the password.
    @ParameterizedTest
    @CsvSource({
        "TCPREMOTEINFO, alice",
        "AUTHUSER, alice",
        "SMTP_AUTH_USER, ''",
        "GREYAUTH, ''",
        "GREYAUTH, TCPREMOTEINFO",
    })
    void whatAStrangerCanSetIsNoSignOfAuthentication(String name, String value) {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, Map.of(name, value))) {
            queueing.give("x", ENVELOPE);
            peer.answer(0, 1);
            assertThat(queueing.end().exit()).isEqualTo(DEFERRED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 31, 51, 53, 62, 71, 82, 91, 100, 111, 120, 255})
    void exitCodeOfTheQueueProgramIsPassedOn(int exit) {
        // More than a pipe holds, so that the program ends before it has taken all.
        String message = "x".repeat(200_000);
        Map<String, String> more = Map.of("RECORD_EXIT", Integer.toString(exit));
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, more)) {
            assertThat(queueing.pass(message, ENVELOPE).exit()).isEqualTo(exit);
            assertThat(peer.isUnasked()).isTrue();
        }
    }

    @Test
    void queueProgramThatEndsAfterTheMessageIsTheOneToAnswer() throws IOException {
        Map<String, String> program =
                room.queueProgram("cat >/dev/null; cat <&1 >/dev/null; exit 53");
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, program)) {
            queueing.give("x", ENVELOPE);
            peer.answer(1, 2);
            assertThat(queueing.end().exit()).isEqualTo(53);
        }
    }

    /// Its success would be a lie: it has not got the message.
    @Test
    void queueProgramThatClaimsSuccessTooEarlyIsNotBelieved() throws IOException {
        Map<String, String> program = room.queueProgram("exit 0");
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, program)) {
            assertThat(queueing.pass("x".repeat(200_000), ENVELOPE).exit()).isEqualTo(53);
        }
    }

    @Test
    void crashedQueueProgramIsATemporaryError() throws IOException {
        Map<String, String> program = room.queueProgram("kill -9 $$");
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, program)) {
            assertThat(queueing.pass("x".repeat(200_000), ENVELOPE).exit()).isEqualTo(81);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nonexistent/queue", "/etc/passwd"})
    void queueProgramThatCannotBeRunIsATemporaryError(String program) {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, Map.of("GREYQUEUE", program));
                Queueing straight = room.start(peer, Map.of("GREYQUEUE", program, "GREYIP", ""))) {
            assertThat(queueing.pass("x".repeat(200_000), ENVELOPE).exit()).isEqualTo(120);
            assertThat(straight.pass("x", ENVELOPE).exit()).isEqualTo(120);
        }
    }

    @Test
    void defaultQueueProgramIsBinQmailQueueBelowTheWorkingFolder() throws IOException {
        String greyqueue = "cd " + room.qmailHome() + "; exec " + Programs.greyqueue();
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, Map.of("GREYQUEUE", ""), greyqueue)) {
            queueing.give("x", ENVELOPE);
            peer.answer(1, 2);
            assertThat(queueing.end().exit()).isZero();
            assertThat(room.recorder().mails()).hasSize(1);
        }
    }

    @Test
    void queueProgramInheritsNoPipeAndNoQuestion() {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.give("x", ENVELOPE);
            peer.answer(1, 2);
            queueing.end();
            // 3 is the script that perl reads.
            assertThat(room.recorder().started())
                    .contains("0", "1", "2", "RECORD", "TCPREMOTEIP")
                    .doesNotContain("GREYIP", "GREYQUEUE", "4", "5", "6", "7");
        }
    }

    @Test
    void descriptor4IsLeftToTheQueueProgram() {
        // Patched qmail-smtpds read the text of a refusal from there.
        try (Peer peer = Peer.open();
                Queueing queueing =
                        room.start(
                                peer, Map.of(), "exec " + Programs.greyqueue() + " 4>/dev/null")) {
            queueing.give("x", ENVELOPE);
            peer.answer(1, 2);
            queueing.end();
            assertThat(room.recorder().started()).contains("4").doesNotContain("5", "6", "7");
        }
    }

    @Test
    void closedDescriptorsDoNotMixWithPipes() {
        try (Peer peer = Peer.open();
                Queueing noLog =
                        room.start(peer, Map.of(), "exec " + Programs.greyqueue() + " 2>&-")) {
            noLog.give("x", ENVELOPE);
            assertThat(peer.answer(0, 1)).isEqualTo(QUERY);
            assertThat(noLog.end().exit()).isEqualTo(DEFERRED);
            assertThat(peer.isUnasked()).isTrue();
        }
        for (String closed : List.of("<&-", "1<&-", "<&- 1<&- 2>&-")) {
            String command = "exec " + Programs.greyqueue() + " " + closed;
            try (Peer peer = Peer.open();
                    Queueing queueing = room.start(peer, Map.of(), command)) {
                assertThat(queueing.end().exit()).as(closed).isEqualTo(54);
                assertThat(peer.isUnasked()).isTrue();
            }
        }
        assertThat(room.recorder().mails()).isEmpty();
    }

    @Test
    void exitCodeIsKnownEvenWhenTheCallerIgnoresItsChildren() {
        String ignoring =
                "exec perl -e '$SIG{CHLD} = $SIG{PIPE} = \"IGNORE\"; exec @ARGV' "
                        + Programs.greyqueue();
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, Map.of(), ignoring)) {
            queueing.give("x", ENVELOPE);
            peer.answer(1, 2);
            assertThat(queueing.end().exit()).isZero();
            assertThat(room.recorder().mails()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void killedBeforeTheVerdictNothingIsQueued(String signal) {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer)) {
            queueing.give("x", ENVELOPE);
            peer.query();
            queueing.signal(signal);
            assertThat(queueing.end().exit()).isNotZero();
            await(room.recorder()::isTidy);
            assertThat(room.recorder().mails()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "HUP", "INT", "ALRM"})
    void signalWhileTheMailIsQueuedWaitsForTheResult(String signal) throws IOException {
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, Map.of("RECORD_HANDLE", "1"))) {
            queueing.give("x", ENVELOPE);
            peer.answer(1, 2);
            await(() -> Files.exists(room.recorder().folder().resolve("read")));
            queueing.signal(signal);
            assertThat(queueing.isRunning()).isTrue();
            Files.createFile(room.recorder().folder().resolve("go"));
            assertThat(queueing.end().exit()).isZero();
            assertThat(room.recorder().mails()).hasSize(1);
        }
    }

    /// A scanner may refuse half a message for good; the whole one might have pleased it.
    @Test
    void messageThatCannotBeReadIsATemporaryErrorWhateverTheQueueProgramSays() throws IOException {
        Map<String, String> program = room.queueProgram("cat >/dev/null; exit 31");
        String unreadable = "exec " + Programs.greyqueue() + " </";
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, program, unreadable);
                Queueing cut = room.start(peer, program)) {
            queueing.envelope(ENVELOPE);
            assertThat(queueing.end().exit()).isEqualTo(54);
            assertThat(cut.pass("x", "Fa@b|Tc@d|").exit()).isEqualTo(54);
            assertThat(peer.isUnasked()).isTrue();
        }
    }

    /// A scanner behind greyqueue that queues a notice of its own through QMAILQUEUE.
    @Test
    void whatTheQueueProgramQueuesItselfIsNotAskedAboutAgain() throws IOException {
        Map<String, String> program = room.queueProgram("exec " + Programs.greyqueue());
        String greyqueue = "cd " + room.qmailHome() + "; exec " + Programs.greyqueue();
        try (Peer peer = Peer.open();
                Queueing queueing = room.start(peer, program, greyqueue)) {
            queueing.give("x", ENVELOPE);
            peer.answer(1, 2);
            assertThat(queueing.end().exit()).isZero();
            assertThat(peer.isUnasked()).isTrue();
            assertThat(room.recorder().mails()).hasSize(1);
        }
    }

    private static void await(BooleanSupplier condition) {
        for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
