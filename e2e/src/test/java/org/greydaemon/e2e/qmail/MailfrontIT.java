package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// greyqueue as QMAILQUEUE of servers that know nothing of it, Debian's mailfront and an unpatched
/// qmail-smtpd; and `greyq conn` in front of Debian's rblsmtpd.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MailfrontIT {
    private static final String MAILFRONT_DEFERRED = "451 4.7.1 greylisted, please try again later";
    private static final String QMAIL_DEFERRED =
            "451 mail server temporarily rejected message (#4.3.0)";

    private final List<AutoCloseable> running = new ArrayList<>();
    private Path folder;
    private Recorder recorder;
    private Daemon daemon;
    private TcpServer mailfront;
    private TcpServer qmail;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Tools.require("tcpserver", "ucspi-tcp");
        Tools.require("mailfront", "mailfront");
        recorder = new Recorder(Files.createDirectory(folder.resolve("queue")));
        daemon = Daemon.start(folder.resolve("greydaemon"), "-m", Retry.MINUTES);
        running.add(daemon);
        mailfront = serve(Map.of(), "mailfront", "smtp", "qmail", "accept");
        running.add(mailfront);
        qmail = serve(Map.of(), Standin.unpatched(folder.resolve("netqmail")).toString());
        running.add(qmail);
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
    }

    @Test
    void clientThatRetriesIsProvenByEitherServer() {
        String[] recipients =
                IntStream.range(10, 70)
                        .mapToObj(i -> "recipient-" + i + "@" + "x".repeat(60) + ".example.net")
                        .toArray(String[]::new);
        try (Smtp front = Smtp.greeted("127.0.0.31", mailfront.port());
                Smtp smtpd = Smtp.greeted("127.0.0.32", qmail.port());
                Smtp many = Smtp.greeted("127.0.0.33", mailfront.port())) {
            assertThat(front.offer("front@example.org", "b@example.net"))
                    .isEqualTo(MAILFRONT_DEFERRED);
            assertThat(front.offer("front@example.org", "b@example.net"))
                    .isEqualTo(MAILFRONT_DEFERRED);
            assertThat(smtpd.offer("smtpd@example.org", "b@example.net")).isEqualTo(QMAIL_DEFERRED);
            assertThat(many.offer("many@example.org", recipients)).isEqualTo(MAILFRONT_DEFERRED);
            assertThat(envelopesFrom("front@", "smtpd@", "many@")).isEmpty();
            assertThat(recorder.isTidy()).isTrue();

            Retry.await();
            assertThat(front.offer("front@example.org", "b@example.net")).startsWith("250 ");
            assertThat(front.offer("front2@example.org", "c@example.net")).startsWith("250 ");
            assertThat(smtpd.offer("smtpd@example.org", "b@example.net")).startsWith("250 ");
            assertThat(many.offer("many@example.org", recipients)).startsWith("250 ");
        }
        assertThat(envelopesFrom("front", "smtpd@", "many@"))
                .containsExactly(
                        "Ffront@example.org|Tb@example.net||",
                        "Ffront2@example.org|Tc@example.net||",
                        "Fsmtpd@example.org|Tb@example.net||",
                        "Fmany@example.org|T" + String.join("|T", recipients) + "||");
        assertThat(recorder.mails())
                .filteredOn(mail -> mail.envelope().startsWith("Fsmtpd@"))
                .extracting(Recorder.Mail::message)
                .containsExactly("Subject: x\n\nhello\n.dot\n");
        assertThat(mailfront.log()).contains("greyqueue: pid ", ": Greylisted <front@example.org>");
    }

    @Test
    void clientThatVanishesInItsMessageIsNotAskedAbout() throws IOException {
        try (Smtp front = Smtp.greeted("127.0.0.34", mailfront.port())) {
            front.say("MAIL FROM:<vanished@example.org>");
            front.say("RCPT TO:<b@example.net>");
            assertThat(front.say("DATA")).startsWith("354 ");
            front.send("Subject: x\r\n" + "y".repeat(100_000));
            front.endInput();
            front.rest();
        }
        awaitTidy();
        assertThat(envelopesFrom("vanished@")).isEmpty();
        assertThat(String.join("\n", daemon.logLines())).doesNotContain("vanished@");
    }

    @Test
    void withoutADaemonMailPassesAndRestartedItRemembers() {
        try (Smtp front = Smtp.greeted("127.0.0.35", mailfront.port());
                Smtp smtpd = Smtp.greeted("127.0.0.36", qmail.port())) {
            assertThat(front.offer("down@example.org", "b@example.net"))
                    .isEqualTo(MAILFRONT_DEFERRED);
            daemon.signal("STOP");
            assertThat(front.offer("down@example.org", "b@example.net")).startsWith("250 ");
            daemon.signal("CONT");
            daemon.kill();
            assertThat(smtpd.offer("down@example.org", "b@example.net")).startsWith("250 ");
            assertThat(qmail.log()).contains("Connection refused");
            daemon.restart();
            assertThat(smtpd.offer("down2@example.org", "b@example.net")).isEqualTo(QMAIL_DEFERRED);
            Retry.await();
            assertThat(front.offer("down@example.org", "b@example.net")).startsWith("250 ");
        }
        assertThat(envelopesFrom("down")).hasSize(3);
    }

    @Test
    void rblsmtpdDefersUntilTheClientHasWaited() {
        Tools.require("rblsmtpd", "ucspi-tcp");
        // rblsmtpd asks its default list about clients that are not blocked: nobody answers there.
        // Under -b it refuses listed clients for good, but not those that greyq makes wait.
        try (TcpServer server =
                serve(
                        Map.of("DNSCACHEIP", "127.0.0.1"),
                        Programs.greyq().toString(),
                        "conn",
                        "rblsmtpd",
                        "-b",
                        folder.resolve("netqmail/qmail-smtpd").toString())) {
            try (Smtp first = Smtp.greeted("127.0.0.37", server.port())) {
                assertThat(first.say("MAIL FROM:<conn@example.org>")).startsWith("250 ");
                assertThat(first.say("RCPT TO:<b@example.net>"))
                        .isEqualTo("451 greylisted, please try again later (#4.7.1)");
            }
            Retry.await();
            try (Smtp second = Smtp.greeted("127.0.0.37", server.port())) {
                assertThat(second.offer("conn@example.org", "b@example.net")).startsWith("250 ");
            }
            assertThat(server.log()).contains("greyq: pid ", "from 127.0.0.37: Greylisted <conn@");
        }
        assertThat(envelopesFrom("conn@")).containsExactly("Fconn@example.org|Tb@example.net||");
    }

    /// What has begun to queue the message hears a moment later that nothing more comes.
    private void awaitTidy() {
        for (int i = 0; i < 3_000 && !recorder.isTidy(); i++) {
            Daemon.pause(10);
        }
        assertThat(recorder.isTidy()).isTrue();
    }

    private List<String> envelopesFrom(String... senders) {
        return recorder.mails().stream()
                .map(Recorder.Mail::envelope)
                .filter(text -> List.of(senders).stream().anyMatch(s -> text.startsWith("F" + s)))
                .toList();
    }

    private TcpServer serve(Map<String, String> more, String... program) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("GREYIP", ":" + daemon.port());
        environment.put("QMAILHOME", folder.toString());
        environment.put("QMAILQUEUE", Programs.greyqueue().toString());
        environment.put("GREYQUEUE", Recorder.PROGRAM.toString());
        environment.put("RECORD", recorder.folder().toString());
        environment.put("QQERRMSG_71", "4.7.1 greylisted, please try again later");
        return TcpServer.start(environment, List.of(), program);
    }
}
