package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// packaging/opensmtpd/filter-greydaemon with the lines that smtpd 6.8 and smtpd 7.6 send.
@Tag(Host.ALONE)
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
                    "register|filter|smtp-in|data",
                    "register|ready");

    @TempDir Path folder;

    private int runs;

    /// What the filter says to these lines, without its registration.
    private List<String> filter(String place, String... lines) throws IOException {
        return filter(List.of(), place, lines);
    }

    /// @param before a program that starts the filter, and its arguments
    private List<String> filter(List<String> before, String place, String... lines)
            throws IOException {
        Tools.require("perl", "perl");
        Path input = Files.writeString(folder.resolve("in"), String.join("\n", lines) + "\n");
        Path output = folder.resolve("out" + runs++);
        List<String> command = new ArrayList<>(before);
        command.addAll(
                List.of(
                        "sh",
                        "-c",
                        "exec \"$0\" \"$1\" <\"$2\" 2>/dev/null",
                        Daemon.root().resolve("packaging/opensmtpd/filter-greydaemon").toString(),
                        place,
                        input.toString()));
        Host.run(output, command);
        List<String> said = Files.readAllLines(output);
        assertThat(said).startsWith(REGISTERED.toArray(String[]::new));
        // The sessions do not wait for one another.
        return said.subList(REGISTERED.size(), said.size()).stream().sorted().toList();
    }

    private static String connect(String session, String source) {
        return REPORT + "link-connect|" + session + "|<unknown>|fail|" + source + "|127.0.0.1:25";
    }

    private static String mail(String session, String sender) {
        return REPORT + "tx-mail|" + session + "|7e76de93|ok|" + sender;
    }

    @Test
    void recipientsAreDeferredByTheirSessions() throws IOException {
        int port = Ports.free();
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
                                    connect("gone", "192.0.2.12:1024"),
                                    mail("gone", "alice@example.org"),
                                    RCPT + "gone|t5|bob@example.net",
                                    REPORT + "link-disconnect|gone"))
                    .containsExactly(
                            "filter-result|s1|t1|reject|451 4.7.1 Greylisted, please try again in"
                                    + " 300 seconds",
                            "filter-result|s2|t2|proceed",
                            "filter-result|s3|t3|reject|451 4.7.1 Greylisted, please try again in"
                                    + " 300 seconds",
                            "filter-result|s4|t4|proceed");
            daemon.awaitLine(line -> line.contains(" new grey I192.0.2.9 Falice@example.org "));
        }
    }

    /// Bounces are what greylisting is asked about most: not at RCPT, where others' address
    /// verification ends, but at DATA, and the same when the client says DATA again.
    @Test
    void mailWithTheNullSenderIsDeferredAtData() throws IOException {
        int port = Ports.free();
        try (Daemon daemon =
                Daemon.start(
                        folder.resolve("daemon"),
                        "--rules=modern",
                        "--suspect-delay=0.02",
                        "--policy=127.0.0.1:" + port)) {
            String data = "filter|0.6|1795346967.947470|smtp-in|data|";
            String place = "127.0.0.1:" + port;
            assertThat(
                            filter(
                                    place,
                                    connect("s1", "192.0.2.9:50905"),
                                    mail("s1", ""),
                                    RCPT + "s1|t1|bob@example.net",
                                    connect("s2", "192.0.2.10:50905"),
                                    mail("s2", "alice@example.org"),
                                    data + "s2|t2",
                                    connect("s3", "192.0.2.11:50905"),
                                    REPORT + "link-auth|s3|alice|pass",
                                    mail("s3", ""),
                                    data + "s3|t3"))
                    .containsExactly(
                            "filter-result|s1|t1|proceed",
                            "filter-result|s2|t2|proceed",
                            "filter-result|s3|t3|proceed");
            assertThat(
                            filter(
                                    place,
                                    connect("s1", "192.0.2.9:50905"),
                                    mail("s1", ""),
                                    data + "s1|t4"))
                    .singleElement()
                    .asString()
                    .startsWith("filter-result|s1|t4|reject|451 4.7.1 Greylisted");
            daemon.awaitLine(line -> line.contains("reason=new"));
        }
    }

    /// A daemon that takes questions and does not answer holds up nobody but those it was asked
    /// about, and those for five seconds.
    @Test
    void sessionsDoNotWaitForOneAnother() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Process filter =
                    new ProcessBuilder(
                                    Daemon.root()
                                            .resolve("packaging/opensmtpd/filter-greydaemon")
                                            .toString(),
                                    "127.0.0.1:" + silent.getLocalPort())
                            .redirectError(folder.resolve("complaints").toFile())
                            .start();
            try (BufferedReader said = filter.inputReader();
                    BufferedWriter lines = filter.outputWriter()) {
                for (String line :
                        List.of(
                                connect("s1", "192.0.2.9:1"),
                                mail("s1", "alice@example.org"),
                                RCPT + "s1|t1|bob@example.net",
                                connect("s2", "192.0.2.10:1"),
                                mail("s2", "alice@example.org"),
                                RCPT + "s2|t2|bob@example.net")) {
                    lines.write(line + "\n");
                }
                lines.flush();
                for (String registered : REGISTERED) {
                    assertThat(said.readLine()).isEqualTo(registered);
                }
                try (Socket first = silent.accept();
                        Socket second = silent.accept()) {
                    boolean isFirst = question(second).contains("client_address=192.0.2.10\n");
                    Socket ofSecond = isFirst ? second : first;
                    ofSecond.getOutputStream().write("action=DEFER 4.7.1 x\n\n".getBytes(UTF_8));
                    assertThat(said.readLine()).isEqualTo("filter-result|s2|t2|reject|451 4.7.1 x");
                    assertThat(said.readLine()).isEqualTo("filter-result|s1|t1|proceed");
                }
            } finally {
                filter.destroy();
            }
            assertThat(folder.resolve("complaints")).content().contains(": timeout\n");
        }
    }

    private static String question(Socket from) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\n\n") < 0) {
            int octet = from.getInputStream().read();
            assertThat(octet).isNotNegative();
            text.append((char) octet);
        }
        return text.toString();
    }

    @Test
    void theDaemonHearsTheConfirmedNameAndWhatTheClientCallsItself() throws IOException {
        int port = Ports.free();
        Path exemptions = folder.resolve("exemptions");
        Files.writeString(exemptions, "host mx.example.org\nhelo helo.example.org\n");
        try (Daemon daemon =
                Daemon.start(
                        folder.resolve("daemon"),
                        "--rules=modern",
                        "--suspect-delay=0.02",
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
            daemon.awaitLine(line -> line.endsWith(" by=exemptions:1"));
            daemon.awaitLine(line -> line.endsWith(" by=exemptions:2"));
        }
    }

    /// smtpd says `error` where its DNS did not answer; that makes nobody suspect.
    @ParameterizedTest
    @CsvSource({"pass, true", "fail, true", "error, false"})
    void aNameIsToldUnlessDnsDidNotAnswer(String confirmed, boolean told) throws Exception {
        try (ServerSocket daemon = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> asked =
                    CompletableFuture.supplyAsync(() -> answer(daemon, "action=DUNNO\n\n"));
            String host = "|mx.example.org|" + confirmed + "|192.0.2.9:1024|127.0.0.1:25";
            assertThat(
                            filter(
                                    "127.0.0.1:" + daemon.getLocalPort(),
                                    REPORT + "link-connect|s1" + host,
                                    mail("s1", "alice@example.org"),
                                    RCPT + "s1|t1|bob@example.net"))
                    .containsExactly("filter-result|s1|t1|proceed");
            assertThat(asked.get().contains("client_name=")).isEqualTo(told);
            assertThat(asked.get().contains("client_name=mx.example.org\n"))
                    .isEqualTo(confirmed.equals("pass"));
        }
    }

    private static String answer(ServerSocket daemon, String text) {
        try (Socket connection = daemon.accept()) {
            String asked = question(connection);
            connection.getOutputStream().write(text.getBytes(UTF_8));
            return asked;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        int port = Ports.free();
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

    private static String[] twentySessions() {
        String[] lines = new String[60];
        for (int i = 0; i < lines.length; i += 3) {
            lines[i] = connect("s" + i, "192.0.2." + i + ":50905");
            lines[i + 1] = mail("s" + i, "alice@example.org");
            lines[i + 2] = RCPT + "s" + i + "|t|bob@example.net";
        }
        return lines;
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::1]:PORT", "localhost:PORT", "unix:FOLDER/socket"})
    void everyPlaceIsAsked(String form) throws IOException {
        Tools.requireIpv6();
        int port = Ports.free();
        String place = form.replace("PORT", "" + port).replace("FOLDER", folder.toString());
        try (Daemon _ =
                Daemon.start(
                        folder.resolve("daemon"),
                        "--policy=" + place.replace("localhost", "127.0.0.1"))) {
            assertThat(filter(place, twentySessions()))
                    .hasSize(20)
                    .allSatisfy(answer -> assertThat(answer).contains("|t|reject|451 4.7.1 "));
        }
    }

    /// `localhost` is ::1 first on many hosts, whichever of its addresses the daemon listens at.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]"})
    void allAddressesOfANameAreAsked(String address) throws IOException {
        Tools.requireRoot();
        Tools.requireIpv6();
        Path hosts = folder.resolve("hosts");
        Files.writeString(hosts, "::1 both.invalid\n127.0.0.1 both.invalid\n");
        List<String> knowing =
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind \"$0\" /etc/hosts && exec \"$@\"",
                        hosts.toString());
        int port = Ports.free();
        try (Daemon _ =
                Daemon.start(folder.resolve("daemon"), "--policy=" + address + ":" + port)) {
            assertThat(filter(knowing, "both.invalid:" + port, twentySessions()))
                    .hasSize(20)
                    .allSatisfy(answer -> assertThat(answer).contains("|t|reject|451 4.7.1 "));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1:PORT", "[::1]:PORT", "unix:/nonexistent", "nowhere.invalid:1"})
    void mailPassesWithoutADaemon(String place) throws IOException {
        assertThat(
                        filter(
                                place.replace("PORT", "" + Ports.free()),
                                connect("s1", "192.0.2.9:50905"),
                                mail("s1", "alice@example.org"),
                                RCPT + "s1|t1|bob@example.net"))
                .containsExactly("filter-result|s1|t1|proceed");
    }
}
