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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// greyqueue between two pipes and a queue program: one mail has one fate, whatever fails.
final class GreyqueueIT {
    private static final String ENVELOPE = "Fa@b|Tc@d|Te@f||";
    private static final String QUERY = "I192.0.2.1|Fa@b|Tc@d|Te@f|";
    private static final int DEFERRED = 71;
    private static final int SIGPIPE = 13;

    @TempDir Path folder;
    private Recorder recorder;

    @BeforeEach
    void makeQueue() throws IOException {
        recorder = new Recorder(Files.createDirectory(folder.resolve("queue")));
    }

    @Test
    void acceptedMailIsQueuedUnchanged() {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            queueing.message("Subject: x\n\nhello\n");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            assertThat(peer.answer(1, 3)).isEqualTo(QUERY);
            assertThat(queueing.end()).isEqualTo(new Run.Result(0, "", ""));
            assertThat(recorder.mails())
                    .containsExactly(new Mail("Subject: x\n\nhello\n", ENVELOPE));
            assertThat(recorder.isTidy()).isTrue();
        }
    }

    @Test
    void deferredMailLeavesNothingInTheQueue() {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            queueing.message("x".repeat(3_000_000));
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            assertThat(peer.answer(0, 1)).isEqualTo(QUERY);
            Run.Result end = queueing.end();
            assertThat(end.exit()).isEqualTo(DEFERRED);
            assertThat(end.err())
                    .matches(
                            "greyqueue: pid \\d+ from 192.0.2.1: Greylisted <a@b> to"
                                    + " <c@d>\\.\\.\\.\n");
            assertThat(recorder.mails()).isEmpty();
            assertThat(recorder.hasStarted()).isTrue();
            assertThat(recorder.isTidy()).isTrue();
        }
    }

    @Test
    void queueProgramSeesNothingOfTheEnvelopeBeforeTheVerdict() throws IOException {
        Path seen = folder.resolve("seen");
        Path program =
                script("cat >/dev/null; dd bs=1 count=1 <&1 >" + seen + " 2>/dev/null; exit 54");
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("GREYQUEUE", program.toString()))) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            Peer.Query query = peer.query();
            peer.answer(query, 0, 1);
            assertThat(queueing.end().exit()).isEqualTo(DEFERRED);
            assertThat(seen).isEmptyFile();
        }
    }

    @Test
    void deferringWaitsUntilTheQueueProgramHasCleanedUp() throws IOException {
        Path waiting = folder.resolve("waiting");
        Path go = folder.resolve("go");
        Path program =
                script(
                        "cat >/dev/null; cat <&1 >/dev/null; touch %s; until [ -e %s ]; do sleep 0.02; done; exit 54"
                                .formatted(waiting, go));
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("GREYQUEUE", program.toString()))) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
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
        Path program = script("grep SigIgn /proc/self/status >" + seen + "; exit 54");
        String caller =
                "exec perl -e '$SIG{PIPE} = \"" + pipe + "\"; exec @ARGV' " + Programs.greyqueue();
        Map<String, String> environment = new HashMap<>();
        try (Peer peer = Peer.open()) {
            environment.putAll(environment(peer));
            environment.put("GREYQUEUE", program.toString());
            try (Queueing queueing = Queueing.start(folder, environment, caller)) {
                queueing.pass("x", "");
            }
        }
        String mask = Files.readString(seen).replaceFirst("SigIgn:", "").strip();
        assertThat(Long.parseLong(mask, 16) >> (SIGPIPE - 1) & 1).isEqualTo(ignored);
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
                Queueing queueing = start(peer)) {
            queueing.message(message);
            queueing.endMessage();
            FutureTask<String> query = new FutureTask<>(() -> peer.answer(1, 2));
            Thread.ofVirtual().start(query);
            queueing.envelope(envelope);
            assertThat(queueing.end().exit()).isZero();
            // The query is as full as whole recipients make it.
            assertThat(query.get()).hasSizeBetween(1970, 2000).endsWith("@example.net|");
            assertThat(recorder.mails()).containsExactly(new Mail(message, envelope));
        }
    }

    @Test
    void deferringTakesTheWholeEnvelopeFromItsWriter() {
        String envelope = "Fa@b|" + "Trecipient@example.net|".repeat(10_000) + "|";
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            queueing.message("x");
            queueing.endMessage();
            Thread answers = Thread.startVirtualThread(() -> peer.answer(0, 1));
            queueing.envelope(envelope);
            assertThat(queueing.end().exit()).isEqualTo(DEFERRED);
            assertThat(answers.isAlive()).isFalse();
            assertThat(recorder.mails()).isEmpty();
            assertThat(recorder.isTidy()).isTrue();
        }
    }

    /// A held envelope may end exactly where the room for it does, or one byte before or behind.
    @ParameterizedTest
    @ValueSource(ints = {1997, 1998, 1999, 2000, 2001, 2002, 2003})
    void envelopeThatJustFitsPassesUnchanged(int length) {
        String envelope = "F|T" + "s".repeat(400) + "|";
        envelope += "T" + "r".repeat(length - envelope.length() - 3) + "||";
        assertThat(envelope).hasSize(length);
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(envelope);
            assertThat(peer.answer(1, 2)).startsWith("I192.0.2.1|F|Tsss");
            assertThat(queueing.end().exit()).isZero();
            assertThat(recorder.mails()).containsExactly(new Mail("x", envelope));
        }
    }

    /// qmail-queue does not wait for the end of the pipe, and neither may greyqueue: its caller may
    /// keep the pipe open while it waits.
    @Test
    void envelopeEndsAtItsEmptyItem() {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            queueing.message("x");
            queueing.endMessage();
            for (int i = 0; i < ENVELOPE.length(); i++) {
                queueing.envelope(ENVELOPE.substring(i, i + 1));
            }
            peer.answer(1, 3);
            assertThat(queueing.end().exit()).isZero();
            assertThat(recorder.mails()).containsExactly(new Mail("x", ENVELOPE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "F", "Fa@b", "Fa@b|", "Fa@b|Tc@d", "Fa@b|Tc@d|", "Fa@b|Tc@d|Te"})
    void cutEnvelopeIsNotAskedAboutAndQueuesNothing(String envelope) {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            assertThat(queueing.pass("Subject: x", envelope).exit()).isEqualTo(54);
            assertThat(peer.isUnasked()).isTrue();
            assertThat(recorder.mails()).isEmpty();
            assertThat(recorder.isTidy()).isTrue();
        }
    }

    @Test
    void envelopeCutBehindTheHeldPartQueuesNothing() {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope("Fa@b|" + "Trecipient@example.net|".repeat(100));
            peer.answer(1, 2);
            queueing.endEnvelope();
            assertThat(queueing.end().exit()).isEqualTo(54);
            assertThat(recorder.mails()).isEmpty();
            assertThat(recorder.isTidy()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"X||, 91", "Xa@b|Tc@d||, 91", "Fa@b|Xc@d||, 91", "|, 54"})
    void malformedEnvelopeIsTheQueueProgramsBusiness(String envelope, int exit) {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("GREYSTRICT", "1"))) {
            assertThat(queueing.pass("x", envelope).exit()).isEqualTo(exit);
            assertThat(peer.isUnasked()).isTrue();
            assertThat(recorder.mails()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Fa@b||", "Fa@b|TLONG||", "FLONG|Tc@d||"})
    void envelopeWithoutAFittingRecipientIsAcceptedUnasked(String form) {
        String envelope = form.replace("LONG", "x".repeat(5000));
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("GREYSTRICT", "1"))) {
            Run.Result end = queueing.pass("x", envelope);
            assertThat(end.exit()).as(end.err()).isZero();
            assertThat(end.err()).contains(", no recipient that fits into a query,");
            assertThat(peer.isUnasked()).isTrue();
            assertThat(recorder.mails()).containsExactly(new Mail("x", envelope));
        }
    }

    @Test
    void refusedQuestionAcceptsOrUnderStrictDefers() {
        Map<String, String> closed = Map.of("GREYIP", ":1");
        Map<String, String> strict = Map.of("GREYIP", ":1", "GREYSTRICT", "1");
        try (Peer peer = Peer.open();
                Queueing lenient = start(peer, closed)) {
            assertThat(lenient.pass("x", ENVELOPE).exit()).isZero();
            assertThat(recorder.mails()).hasSize(1);
        }
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, strict)) {
            Run.Result end = queueing.pass("y", ENVELOPE);
            assertThat(end.exit()).isEqualTo(DEFERRED);
            assertThat(end.err()).contains("Deferred without greylisting <a@b> to <c@d>...");
            assertThat(recorder.mails()).hasSize(1);
            assertThat(recorder.isTidy()).isTrue();
        }
    }

    @Test
    void silentDaemonAccepts() {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            Run.Result end = queueing.pass("x", ENVELOPE);
            assertThat(end.exit()).isZero();
            assertThat(end.err()).contains("no answer in time");
            assertThat(recorder.mails()).containsExactly(new Mail("x", ENVELOPE));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GREYIP, ''",
        "GREYIP, -",
        "RELAYCLIENT, ''",
        "RELAYCLIENT, @relay",
        "TCPREMOTEIP, -",
        "TCPREMOTEIP, ''",
        "TCPREMOTEIP, unknown",
    })
    void withoutAQuestionTheQueueProgramRunsInItsPlace(String name, String value) {
        Map<String, String> environment = new HashMap<>();
        try (Peer peer = Peer.open()) {
            environment.putAll(environment(peer));
            environment.remove(name);
            if (!value.equals("-")) {
                environment.put(name, value);
            }
            try (Queueing queueing = Queueing.start(folder, environment)) {
                assertThat(queueing.pass("x", ENVELOPE)).isEqualTo(new Run.Result(0, "", ""));
            }
            assertThat(peer.isUnasked()).isTrue();
            assertThat(recorder.mails()).containsExactly(new Mail("x", ENVELOPE));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 31, 51, 53, 62, 71, 82, 91, 100, 111, 120, 255})
    void exitCodeOfTheQueueProgramIsPassedOn(int exit) {
        // More than a pipe holds, so that the program ends before it has taken all.
        String message = "x".repeat(200_000);
        Map<String, String> more = Map.of("RECORD_EXIT", Integer.toString(exit));
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, more)) {
            assertThat(queueing.pass(message, ENVELOPE).exit()).isEqualTo(exit);
            assertThat(peer.isUnasked()).isTrue();
        }
    }

    @Test
    void queueProgramThatEndsAfterTheMessageIsTheOneToAnswer() throws IOException {
        Path program = script("cat >/dev/null; cat <&1 >/dev/null; exit 53");
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("GREYQUEUE", program.toString()))) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            peer.answer(1, 2);
            assertThat(queueing.end().exit()).isEqualTo(53);
        }
    }

    /// Its success would be a lie: it has not got the message.
    @Test
    void queueProgramThatClaimsSuccessTooEarlyIsNotBelieved() throws IOException {
        Path program = script("exit 0");
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("GREYQUEUE", program.toString()))) {
            assertThat(queueing.pass("x".repeat(200_000), ENVELOPE).exit()).isEqualTo(53);
        }
    }

    @Test
    void crashedQueueProgramIsATemporaryError() throws IOException {
        Path program = script("kill -9 $$");
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("GREYQUEUE", program.toString()))) {
            assertThat(queueing.pass("x".repeat(200_000), ENVELOPE).exit()).isEqualTo(81);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nonexistent/queue", "/etc/passwd"})
    void queueProgramThatCannotBeRunIsATemporaryError(String program) {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("GREYQUEUE", program));
                Queueing straight = start(peer, Map.of("GREYQUEUE", program, "GREYIP", ""))) {
            assertThat(queueing.pass("x".repeat(200_000), ENVELOPE).exit()).isEqualTo(120);
            assertThat(straight.pass("x", ENVELOPE).exit()).isEqualTo(120);
        }
    }

    @Test
    void defaultQueueProgramIsBinQmailQueueBelowTheWorkingFolder() throws IOException {
        Path home = qmailHome();
        String greyqueue = "cd " + home + "; exec " + Programs.greyqueue();
        try (Peer peer = Peer.open()) {
            Map<String, String> environment = new HashMap<>(environment(peer));
            environment.put("GREYQUEUE", "");
            try (Queueing queueing = Queueing.start(folder, environment, greyqueue)) {
                queueing.message("x");
                queueing.endMessage();
                queueing.envelope(ENVELOPE);
                peer.answer(1, 2);
                assertThat(queueing.end().exit()).isZero();
            }
            assertThat(recorder.mails()).hasSize(1);
        }
    }

    @Test
    void queueProgramInheritsNoPipeAndNoQuestion() {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            peer.answer(1, 2);
            queueing.end();
            // 3 is the script that perl reads.
            assertThat(recorder.started())
                    .contains("0", "1", "2", "RECORD", "TCPREMOTEIP")
                    .doesNotContain("GREYIP", "GREYQUEUE", "4", "5", "6", "7");
        }
    }

    @Test
    void descriptor4IsLeftToTheQueueProgram() {
        // Patched qmail-smtpds read the text of a refusal from there.
        try (Peer peer = Peer.open();
                Queueing queueing =
                        Queueing.start(
                                folder,
                                environment(peer),
                                "exec " + Programs.greyqueue() + " 4>/dev/null")) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            peer.answer(1, 2);
            queueing.end();
            assertThat(recorder.started()).contains("4").doesNotContain("5", "6", "7");
        }
    }

    @Test
    void closedDescriptorsDoNotMixWithPipes() {
        try (Peer peer = Peer.open();
                Queueing noLog =
                        Queueing.start(
                                folder,
                                environment(peer),
                                "exec " + Programs.greyqueue() + " 2>&-")) {
            noLog.message("x");
            noLog.endMessage();
            noLog.envelope(ENVELOPE);
            assertThat(peer.answer(0, 1)).isEqualTo(QUERY);
            assertThat(noLog.end().exit()).isEqualTo(DEFERRED);
            assertThat(peer.isUnasked()).isTrue();
        }
        for (String closed : List.of("<&-", "1<&-", "<&- 1<&- 2>&-")) {
            String command = "exec " + Programs.greyqueue() + " " + closed;
            try (Peer peer = Peer.open();
                    Queueing queueing = Queueing.start(folder, environment(peer), command)) {
                assertThat(queueing.end().exit()).as(closed).isEqualTo(54);
                assertThat(peer.isUnasked()).isTrue();
            }
        }
        assertThat(recorder.mails()).isEmpty();
    }

    @Test
    void exitCodeIsKnownEvenWhenTheCallerIgnoresItsChildren() {
        String ignoring =
                "exec perl -e '$SIG{CHLD} = $SIG{PIPE} = \"IGNORE\"; exec @ARGV' "
                        + Programs.greyqueue();
        try (Peer peer = Peer.open();
                Queueing queueing = Queueing.start(folder, environment(peer), ignoring)) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            peer.answer(1, 2);
            assertThat(queueing.end().exit()).isZero();
            assertThat(recorder.mails()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void killedBeforeTheVerdictNothingIsQueued(String signal) {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            peer.query();
            queueing.signal(signal);
            assertThat(queueing.end().exit()).isNotZero();
            await(recorder::isTidy);
            assertThat(recorder.mails()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "HUP", "INT", "ALRM"})
    void signalWhileTheMailIsQueuedWaitsForTheResult(String signal) throws IOException {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer, Map.of("RECORD_HANDLE", "1"))) {
            queueing.message("x");
            queueing.endMessage();
            queueing.envelope(ENVELOPE);
            peer.answer(1, 2);
            await(() -> Files.exists(recorder.folder().resolve("read")));
            queueing.signal(signal);
            assertThat(queueing.isRunning()).isTrue();
            Files.createFile(recorder.folder().resolve("go"));
            assertThat(queueing.end().exit()).isZero();
            assertThat(recorder.mails()).hasSize(1);
        }
    }

    @Test
    void clientThatVanishesInTheMessageIsNotAskedAbout() {
        try (Peer peer = Peer.open();
                Queueing queueing = start(peer)) {
            assertThat(queueing.pass("Subject: ha", "").exit()).isEqualTo(54);
            assertThat(peer.isUnasked()).isTrue();
            assertThat(recorder.isTidy()).isTrue();
        }
    }

    /// A scanner may refuse half a message for good; the whole one might have pleased it.
    @Test
    void messageThatCannotBeReadIsATemporaryErrorWhateverTheQueueProgramSays() throws IOException {
        Path program = script("cat >/dev/null; exit 31");
        Map<String, String> environment = new HashMap<>();
        try (Peer peer = Peer.open()) {
            environment.putAll(environment(peer));
            environment.put("GREYQUEUE", program.toString());
            String unreadable = "exec " + Programs.greyqueue() + " </";
            try (Queueing queueing = Queueing.start(folder, environment, unreadable)) {
                queueing.envelope(ENVELOPE);
                assertThat(queueing.end().exit()).isEqualTo(54);
            }
            try (Queueing cut = Queueing.start(folder, environment)) {
                assertThat(cut.pass("x", "Fa@b|Tc@d|").exit()).isEqualTo(54);
            }
            assertThat(peer.isUnasked()).isTrue();
        }
    }

    /// A scanner behind greyqueue that queues a notice of its own through QMAILQUEUE.
    @Test
    void whatTheQueueProgramQueuesItselfIsNotAskedAboutAgain() throws IOException {
        Path program = script("exec " + Programs.greyqueue());
        try (Peer peer = Peer.open()) {
            Map<String, String> environment = new HashMap<>(environment(peer));
            Path home = qmailHome();
            environment.put("GREYQUEUE", program.toString());
            String greyqueue = "cd " + home + "; exec " + Programs.greyqueue();
            try (Queueing queueing = Queueing.start(folder, environment, greyqueue)) {
                queueing.message("x");
                queueing.endMessage();
                queueing.envelope(ENVELOPE);
                peer.answer(1, 2);
                assertThat(queueing.end().exit()).isZero();
            }
            assertThat(peer.isUnasked()).isTrue();
            assertThat(recorder.mails()).hasSize(1);
        }
    }

    private Map<String, String> environment(Peer peer) {
        return Map.of(
                "GREYIP",
                peer.greyip(),
                "GREYQUEUE",
                Recorder.PROGRAM.toString(),
                "RECORD",
                recorder.folder().toString(),
                "TCPREMOTEIP",
                "192.0.2.1");
    }

    private Queueing start(Peer peer) {
        return start(peer, Map.of());
    }

    private Queueing start(Peer peer, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(environment(peer));
        environment.putAll(more);
        return Queueing.start(folder, environment);
    }

    private Path script(String text) throws IOException {
        return script(folder.resolve("queue-program"), text);
    }

    private static Path script(Path path, String text) throws IOException {
        return Files.setPosixFilePermissions(
                Files.writeString(path, "#!/bin/sh\n" + text + "\n"),
                PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// A folder like /var/qmail, whose bin/qmail-queue is the recorder.
    private Path qmailHome() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("home/bin"));
        script(bin.resolve("qmail-queue"), "exec " + Recorder.PROGRAM);
        return folder.resolve("home");
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
