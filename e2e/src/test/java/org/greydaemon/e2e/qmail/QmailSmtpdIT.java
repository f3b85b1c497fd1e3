package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Whole SMTP dialogues with a qmail-smtpd that apply.sh has edited, behind tcpserver and tcprules,
/// and our daemon. Each test has clients of its own, by their addresses.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QmailSmtpdIT {
    private static final String GREYLISTED = "451 greylisted, please try again later (#4.7.1)";
    private static final String OK = "250 ok";

    private final List<AutoCloseable> running = new ArrayList<>();
    private Path folder;
    private Path smtpd;
    private Recorder recorder;
    private Daemon daemon;
    private TcpServer server;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Tools.require("tcpserver", "ucspi-tcp");
        Tools.require("tcprules", "ucspi-tcp");
        smtpd = Standin.patched(folder.resolve("netqmail"));
        recorder = new Recorder(Files.createDirectory(folder.resolve("queue")));
        daemon = Daemon.start(folder.resolve("greydaemon"), "-m", Retry.MINUTES);
        running.add(daemon);
        server = serve("", "127.0.0.1", "");
        running.add(server);
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
    }

    @Test
    void clientThatRetriesIsProven() {
        try (Smtp smtp = connect("127.0.0.11")) {
            assertThat(smtp.offer("a@example.org", "first@example.net")).isEqualTo(GREYLISTED);
            assertThat(mailsTo("first@example.net")).isZero();
            Retry.await();
            assertThat(smtp.offer("A@example.org", "First@Example.NET")).isEqualTo(OK);
            assertThat(mailsTo("First@Example.NET")).isEqualTo(1);
            assertThat(smtp.offer("other@example.org", "c@example.net")).isEqualTo(OK);
        }
        try (Smtp smtp = connect("127.0.0.11")) {
            assertThat(smtp.offer("", "d@example.net")).isEqualTo(OK);
        }
        assertThat(server.log())
                .containsPattern(
                        "(?m)^qmail-smtpd: pid \\d+ from 127.0.0.11: Greylisted <a@example.org> to"
                                + " <first@example.net>$");
    }

    @Test
    void deferringEndsTheTransactionAndNotTheSession() {
        try (Smtp smtp = connect("127.0.0.12")) {
            assertThat(smtp.offer("a@example.org", "b@example.net")).isEqualTo(GREYLISTED);
            assertThat(smtp.say("DATA")).startsWith("503 ");
            assertThat(smtp.say("RCPT TO:<b@example.net>")).startsWith("503 ");
            assertThat(smtp.say("RSET")).startsWith("250 ");
            assertThat(smtp.offer("c@example.org", "b@example.net")).isEqualTo(GREYLISTED);
            assertThat(smtp.say("QUIT")).startsWith("221 ");
        }
    }

    @Test
    void pipelinedCommandsStayInStep() {
        try (Smtp smtp = connect("127.0.0.13")) {
            String commands =
                    """
                    MAIL FROM:<a@example.org>
                    RCPT TO:<b@example.net>
                    DATA
                    RSET
                    MAIL FROM:<a@example.org>
                    RCPT TO:<x@example.invalid>
                    RCPT TO:<b@example.net>
                    DATA
                    QUIT
                    """;
            smtp.send(commands.replace("\n", "\r\n"));
            assertThat(IntStream.range(0, 9).mapToObj(_ -> smtp.reply()))
                    .containsExactly(
                            OK,
                            OK,
                            GREYLISTED,
                            "250 flushed",
                            OK,
                            "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
                            OK,
                            GREYLISTED,
                            "221 standin.example");
        }
    }

    @Test
    void bouncesToPlainAddressesWaitAndVerpBouncesPass() {
        try (Smtp smtp = connect("127.0.0.14")) {
            assertThat(smtp.offer("", "b@example.net")).isEqualTo(GREYLISTED);
            assertThat(smtp.offer("", "list-return-1-b=example.net@example.net")).isEqualTo(OK);
            Retry.await();
            assertThat(smtp.offer("", "b@example.net")).isEqualTo(OK);
        }
    }

    @Test
    void messageToSixtyLongRecipientsWaitsAndPassesWhole() {
        String[] recipients =
                IntStream.range(10, 70)
                        .mapToObj(i -> "recipient-" + i + "@" + "x".repeat(60) + ".example.net")
                        .toArray(String[]::new);
        try (Smtp smtp = connect("127.0.0.15")) {
            assertThat(smtp.offer("many@example.org", recipients)).isEqualTo(GREYLISTED);
            assertThat(server.log())
                    .contains("from 127.0.0.15: Greylisted <many@example.org> to <recipient-10@");
            Retry.await();
            assertThat(smtp.offer("many@example.org", recipients)).isEqualTo(OK);
        }
        String envelope = "Fmany@example.org|T" + String.join("|T", recipients) + "||";
        assertThat(recorder.mails()).extracting(Recorder.Mail::envelope).contains(envelope);
        daemon.awaitLine(line -> line.contains("Fmany@"));
        // Whole recipients only: none in the daemon's log is a piece of one.
        List<String> asked =
                daemon.logLines().stream()
                        .filter(line -> line.contains("Fmany@"))
                        .flatMap(line -> Pattern.compile("T(\\S+)").matcher(line).results())
                        .map(match -> match.group(1))
                        .distinct()
                        .toList();
        assertThat(asked).hasSizeBetween(15, 30).isSubsetOf(List.of(recipients));
    }

    @Test
    void quotedRecipientIsAskedAboutAsItIsQueued() {
        try (Smtp smtp = connect("127.0.0.16")) {
            assertThat(smtp.offer("a@example.org", "\"b c\"@example.net")).isEqualTo(GREYLISTED);
            assertThat(server.log()).contains("to <b c@example.net>");
            Retry.await();
            assertThat(smtp.offer("a@example.org", "\"b c\"@example.net")).isEqualTo(OK);
            assertThat(mailsTo("b c@example.net")).isEqualTo(1);
        }
    }

    @Test
    void relayClientAndAuthenticatedClientAreNotAskedAbout() {
        try (Smtp smtp = connect("127.0.0.9")) {
            assertThat(smtp.offer("relay@example.org", "b@example.net")).isEqualTo(OK);
        }
        try (Smtp smtp = connect("127.0.0.17")) {
            assertThat(smtp.offer("auth@example.org", "b@example.net")).isEqualTo(GREYLISTED);
            assertThat(smtp.say("AUTH PLAIN x")).startsWith("235 ");
            assertThat(smtp.offer("auth@example.org", "b@example.net")).isEqualTo(OK);
        }
        try (Smtp smtp = connect("127.0.0.7")) {
            assertThat(smtp.offer("off@example.org", "b@example.net")).isEqualTo(OK);
        }
        assertThat(String.join("\n", daemon.logLines()))
                .doesNotContain("relay@example.org", "off@example.org");
    }

    @Test
    void withoutADaemonMailPassesAndRestartedItRemembers() {
        try (Smtp proven = connect("127.0.0.18");
                Smtp young = connect("127.0.0.19");
                Smtp strict = connect("127.0.0.8")) {
            proven.offer("a@example.org", "b@example.net");
            Retry.await();
            assertThat(proven.offer("a@example.org", "b@example.net")).isEqualTo(OK);
            assertThat(young.offer("a@example.org", "b@example.net")).isEqualTo(GREYLISTED);

            assertThat(daemon.stop()).isZero();
            assertThat(young.offer("a@example.org", "b@example.net")).isEqualTo(OK);
            assertThat(server.log())
                    .contains(
                            "from 127.0.0.19: Accepted without greylisting <a@example.org> to"
                                    + " <b@example.net>, Connection refused, GREYIP=:");
            assertThat(strict.offer("a@example.org", "b@example.net"))
                    .isEqualTo("451 greylisting is out of order, please try again later (#4.3.0)");

            daemon.restart();
            assertThat(proven.offer("new@example.org", "b@example.net")).isEqualTo(OK);
            assertThat(strict.offer("a@example.org", "b@example.net")).isEqualTo(GREYLISTED);
            assertThat(young.offer("x@example.org", "b@example.net")).isEqualTo(GREYLISTED);
        }
    }

    @Test
    void silentDaemonDelaysMailButDoesNotStopIt() {
        try (Smtp smtp = connect("127.0.0.20")) {
            daemon.signal("STOP");
            assertThat(smtp.offer("a@example.org", "b@example.net")).isEqualTo(OK);
            assertThat(server.log()).contains("no answer in time");
            // The late answer "defer" to the first message is not the second one's.
            smtp.send("MAIL FROM:<c@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n");
            daemon.signal("CONT");
            assertThat(List.of(smtp.reply(), smtp.reply(), smtp.reply()))
                    .containsExactly(OK, OK, GREYLISTED);
        } finally {
            daemon.signal("CONT");
        }
    }

    @Test
    void ipv6ClientIsAskedAboutByItsOwnAddressAndMappedOnesByIpv4() throws IOException {
        Tools.require("tcprules", "ucspi-tcp");
        Tools.requireIpv6();
        String bin = Tools.requireUnpacked("ucspi-tcp-ipv6", "usr/bin/tcpserver").getParent() + "/";
        try (TcpServer both =
                        serve(bin, "0", "::1:allow,GREYIP=\"127.0.0.1@" + daemon.port() + "\"\n");
                Smtp six = Smtp.greeted("::1", "::1", both.port());
                Smtp four = Smtp.greeted("127.0.0.21", "127.0.0.1", both.port())) {
            assertThat(six.offer("a@example.org", "b@example.net")).isEqualTo(GREYLISTED);
            assertThat(four.offer("a@example.org", "b@example.net")).isEqualTo(GREYLISTED);
            Retry.await();
            assertThat(six.offer("a@example.org", "b@example.net")).isEqualTo(OK);
            assertThat(four.offer("a@example.org", "b@example.net")).isEqualTo(OK);
            assertThat(both.log()).contains("from ::1: Greylisted", "from 127.0.0.21: Greylisted");
        }
        daemon.awaitLine(line -> line.contains(" I::1 Fa@example.org"));
        daemon.awaitLine(line -> line.contains(" I127.0.0.21 Fa@example.org"));
        assertThat(String.join("\n", daemon.logLines())).doesNotContain("::ffff:");
    }

    @Test
    void swaksIsDeferredAndComesBack() {
        Tools.require("swaks", "swaks");
        String[] swaks = {
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            Integer.toString(server.port()),
            "--local-interface",
            "127.0.0.22",
            "--from",
            "a@example.org",
            "--to",
            "b@example.net,c@example.net",
            "--pipeline",
            "--timeout",
            "20"
        };
        Run.Result first = Run.run(swaks);
        assertThat(first.exit()).as(first.out()).isNotZero();
        assertThat(first.out()).contains(GREYLISTED);
        Retry.await();
        Run.Result second = Run.run(swaks);
        assertThat(second.exit()).as(second.out()).isZero();
        assertThat(recorder.mails())
                .extracting(Recorder.Mail::envelope)
                .contains("Fa@example.org|Tb@example.net|Tc@example.net||");
    }

    @Test
    void rulesOfTheReadmeAreReadAsTheyAreMeant() throws IOException {
        String readme = Files.readString(Programs.QMAIL.resolve("README.md"));
        List<String> rules =
                Pattern.compile("(?m)^ {4}((?:[0-9.]*):(?:allow|deny).*)$")
                        .matcher(readme)
                        .results()
                        .map(match -> match.group(1))
                        .toList();
        assertThat(rules).hasSizeGreaterThan(5);
        Path cdb = folder.resolve("readme.cdb");
        for (String rule : rules) {
            Path source = Files.writeString(folder.resolve("readme.rules"), rule + "\n");
            String compile = "tcprules " + cdb + " " + cdb + ".tmp < " + source;
            assertThat(Run.run("sh", "-c", compile)).isEqualTo(new Run.Result(0, "", ""));
            String client = rule.startsWith(":") ? "192.0.2.1" : rule.replaceFirst(":.*", "0.0.1");
            Run.Result check =
                    Run.run(Map.of("TCPREMOTEIP", client), "tcprulescheck", cdb.toString());
            for (String setting : rule.replaceFirst("[^,]*,?", "").split(",", -1)) {
                assertThat(check.out())
                        .contains("set environment variable " + setting.replace("\"", ""));
            }
        }
    }

    private Smtp connect(String from) {
        return Smtp.greeted(from, server.port());
    }

    private long mailsTo(String recipient) {
        return recorder.mails().stream()
                .filter(mail -> mail.envelope().contains("|T" + recipient + "|"))
                .count();
    }

    /// The server behind tcpserver with this rules file, as README.md shows it.
    private TcpServer serve(String bin, String address, String more) throws IOException {
        String rules =
                """
                127.0.0.9:allow,RELAYCLIENT=""
                127.0.0.8:allow,GREYIP=":%1$d",GREYSTRICT="1"
                127.0.0.7:allow,GREYIP=""
                127.0.0.:allow,GREYIP=":%1$d"
                %2$s:deny
                """
                        .formatted(daemon.port(), more);
        Path source = Files.writeString(folder.resolve("tcp.smtp"), rules, ISO_8859_1);
        String cdb = folder.resolve("tcp.smtp.cdb").toString();
        String tcprules = bin + "tcprules " + cdb + " " + cdb + ".tmp < " + source;
        Run.Result end = Run.run("sh", "-c", tcprules);
        assertThat(end.exit()).as(end.err()).isZero();
        return TcpServer.start(
                bin + "tcpserver",
                address,
                Map.of(
                        "QMAILQUEUE",
                        Recorder.PROGRAM.toString(),
                        "RECORD",
                        recorder.folder().toString()),
                List.of("-x", cdb),
                smtpd.toString());
    }
}
