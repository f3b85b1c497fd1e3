package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// packaging/opensmtpd/filter-greydaemon with the lines that smtpd 6.8 and smtpd 7.6 send.
final class OpenSmtpdFilterIT {
    private static final String REPORT = "report|0.6|1795346967.947470|smtp-in|";
    private static final String RCPT = "filter|0.6|1795346967.947470|smtp-in|rcpt-to|";
    private static final List<String> REGISTERED =
            List.of(
                    "register|report|smtp-in|link-connect",
                    "register|report|smtp-in|link-disconnect",
                    "register|report|smtp-in|link-identify",
                    "register|report|smtp-in|link-auth",
                    "register|report|smtp-in|tx-mail",
                    "register|filter|smtp-in|rcpt-to",
                    "register|ready");

    @TempDir Path folder;

    private int runs;

    /// What the filter says to these lines, without its registration.
    private List<String> filter(String place, String... lines) throws IOException {
        Tools.require("perl", "perl");
        Path input = Files.writeString(folder.resolve("in"), String.join("\n", lines) + "\n");
        Path output = folder.resolve("out" + runs++);
        Host.run(
                output,
                List.of(
                        "sh",
                        "-c",
                        "exec \"$0\" \"$1\" <\"$2\" 2>/dev/null",
                        Daemon.root().resolve("packaging/opensmtpd/filter-greydaemon").toString(),
                        place,
                        input.toString()));
        List<String> said = Files.readAllLines(output);
        assertThat(said).startsWith(REGISTERED.toArray(String[]::new));
        return said.subList(REGISTERED.size(), said.size());
    }

    private static String connect(String session, String source) {
        return REPORT + "link-connect|" + session + "|<unknown>|fail|" + source + "|127.0.0.1:25";
    }

    private static String mail(String session, String sender) {
        return REPORT + "tx-mail|" + session + "|7e76de93|ok|" + sender;
    }

    @Test
    void recipientsAreDeferredByTheirSessions() throws IOException {
        int port = Host.freePort();
        try (Daemon daemon = Daemon.start(folder.resolve("daemon"), "--policy=127.0.0.1:" + port)) {
            assertThat(
                            filter(
                                    "127.0.0.1:" + port,
                                    "config|smtpd-version|6.8.0p2",
                                    "config|ready",
                                    connect("s1", "192.0.2.9:50905"),
                                    connect("s2", "[2001:db8::9]:58506"),
                                    connect("s3", "192.0.2.10:1024"),
                                    REPORT + "link-auth|s3|pass|fail",
                                    connect("s4", "192.0.2.11:1024"),
                                    REPORT + "link-auth|s4|alice|pass",
                                    mail("s1", "Alice@example.org"),
                                    mail("s2", ""),
                                    mail("s3", "alice@example.org"),
                                    mail("s4", "alice@example.org"),
                                    RCPT + "s1|t1|bob@example.net",
                                    RCPT + "s2|t2|bob@example.net",
                                    RCPT + "s3|t3|bob@example.net",
                                    RCPT + "s4|t4|bob@example.net",
                                    REPORT + "link-disconnect|s1"))
                    .containsExactly(
                            "filter-result|s1|t1|reject|451 4.7.1 Greylisted, please try again in"
                                    + " 300 seconds",
                            "filter-result|s2|t2|proceed",
                            "filter-result|s3|t3|reject|451 4.7.1 Greylisted, please try again in"
                                    + " 300 seconds",
                            "filter-result|s4|t4|proceed");
            assertThat(daemon.logLines())
                    .anyMatch(line -> line.contains(" new grey I192.0.2.9 Falice@example.org "));
        }
    }

    @Test
    void theDaemonHearsTheConfirmedNameAndWhatTheClientCallsItself() throws IOException {
        int port = Host.freePort();
        Path exemptions = folder.resolve("exemptions");
        Files.writeString(exemptions, "host mx.example.org\nhelo helo.example.org\n");
        try (Daemon daemon =
                Daemon.start(
                        folder.resolve("daemon"),
                        "--rules=modern",
                        "--exempt=" + exemptions,
                        "--policy=127.0.0.1:" + port)) {
            String host = "|mx.example.org|pass|192.0.2.9:1024|127.0.0.1:25";
            assertThat(
                            filter(
                                    "127.0.0.1:" + port,
                                    REPORT + "link-connect|s1" + host,
                                    REPORT + "link-identify|s1|EHLO|x",
                                    mail("s1", "alice@example.org"),
                                    RCPT + "s1|t1|bob@example.net",
                                    connect("s2", "192.0.2.10:1024"),
                                    REPORT + "link-identify|s2|HELO|helo.example.org",
                                    mail("s2", "alice@example.org"),
                                    RCPT + "s2|t2|bob@example.net",
                                    REPORT + "link-connect|s3" + host.replace("pass", "fail"),
                                    mail("s3", "alice@example.org"),
                                    RCPT + "s3|t3|bob@example.net"))
                    .satisfiesExactly(
                            answer -> assertThat(answer).isEqualTo("filter-result|s1|t1|proceed"),
                            answer -> assertThat(answer).isEqualTo("filter-result|s2|t2|proceed"),
                            answer -> assertThat(answer).startsWith("filter-result|s3|t3|reject|"));
            assertThat(daemon.logLines())
                    .anyMatch(line -> line.endsWith(" by=exemptions:1"))
                    .anyMatch(line -> line.endsWith(" by=exemptions:2"));
        }
    }

    /// The lines of a session in which 7.6 sees an authentication, as it said them.
    private static List<String> authenticates(String session, String resultAndUser) {
        return List.of(
                connect(session, "192.0.2.9:50905").replace("|0.6|", "|0.7|"),
                "report|0.7|1795405243.165425|smtp-in|link-auth|" + session + "|" + resultAndUser,
                mail(session, "alice@example.org").replace("|0.6|", "|0.7|"),
                (RCPT + session + "|t|bob@example.net").replace("|0.6|", "|0.7|"));
    }

    @Test
    void protocol07TellsTheResultOfAnAuthenticationBeforeTheUser() throws IOException {
        int port = Host.freePort();
        try (Daemon _ = Daemon.start(folder.resolve("daemon"), "--policy=127.0.0.1:" + port)) {
            List<String> lines = new ArrayList<>(List.of("config|protocol|0.7", "config|ready"));
            lines.addAll(authenticates("s1", "pass|alice"));
            lines.addAll(authenticates("s2", "pass|fail"));
            lines.addAll(authenticates("s3", "fail|pass"));
            lines.addAll(authenticates("s4", "fail|x|pass"));
            assertThat(filter("127.0.0.1:" + port, lines.toArray(String[]::new)))
                    .satisfiesExactly(
                            answer -> assertThat(answer).isEqualTo("filter-result|s1|t|proceed"),
                            answer -> assertThat(answer).isEqualTo("filter-result|s2|t|proceed"),
                            answer ->
                                    assertThat(answer).startsWith("filter-result|s3|t|reject|451"),
                            answer ->
                                    assertThat(answer).startsWith("filter-result|s4|t|reject|451"));
        }
    }

    @Test
    void mailPassesWithoutADaemon() throws IOException {
        assertThat(
                        filter(
                                "127.0.0.1:" + Host.freePort(),
                                connect("s1", "192.0.2.9:50905"),
                                mail("s1", "alice@example.org"),
                                RCPT + "s1|t1|bob@example.net"))
                .containsExactly("filter-result|s1|t1|proceed");
    }
}
