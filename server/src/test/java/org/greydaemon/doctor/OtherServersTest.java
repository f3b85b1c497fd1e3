package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Exim, Sendmail, OpenSMTPD and qmail: nothing is found in the configurations of the documents,
/// and each mistake in them is.
final class OtherServersTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));

    private final Machine machine = new Machine();
    private final Daemon daemon =
            Daemon.of(
                    List.of(
                            "udp 127.0.0.1:1999",
                            "policy 127.0.0.1:10023",
                            "milter 127.0.0.1:10030"));

    private static String block(String document, String name) throws IOException {
        Matcher block =
                Pattern.compile("(?s)```" + name + "\n(.*?)```")
                        .matcher(Files.readString(ROOT.resolve("docs/" + document)));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static List<String> texts(List<Finding> findings) {
        return findings.stream().map(Finding::toString).toList();
    }

    private static String exim() throws IOException {
        return "acl_smtp_rcpt = check_rcpt\n"
                + "acl_smtp_data = check_data\n\n"
                + "begin acl\n\n"
                + "check_rcpt:\n"
                + "  accept  hosts = :\n"
                + "  require verify = recipient\n"
                + block("exim.md", "exim-tcp")
                + "  accept\n\ncheck_data:\n"
                + block("exim.md", "exim-data")
                + "  accept\n\nbegin routers\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x |x |",
                "(?s)  defer .*?greylisted: .acl_m_grey\\n |  | does not ask the daemon at all",
                "10023 | 1 | where nobody listens",
                "require verify = recipient |  | recipients that do not exist",
                "!authenticated = \\* |  | greylists authenticated users",
                "!hosts = : .relay_from_hosts |  | this host's programs",
                "\\{5s\\}\\{ \\}\\{white\\} |  | how long it waits",
                "  defer | deny | does not begin with defer",
                "condition = |  x = | does not look at the answer",
                "acl_smtp_rcpt = check_rcpt | acl_smtp_rcpt = other | there is no such ACL",
                "acl_smtp_rcpt = check_rcpt |  | acl_smtp_rcpt is not set",
                "acl_smtp_data = check_data |  | bounces are not asked about",
                "(?s)check_rcpt:. |check_rcpt:~  accept~ | accepts everything before",
            })
    void exim(String from, String to, String found) throws IOException {
        String text = exim().replaceAll(from, to == null ? "" : to.replace('~', '\n'));
        List<String> findings = texts(EximFindings.of(text, daemon, machine));
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).anySatisfy(line -> assertThat(line).contains(found));
        }
    }

    private static final String SENDMAIL =
            """
            O InputMailFilters=greydaemon
            Xgreydaemon, S=inet:10030@127.0.0.1, T=C:5s;S:5s;R:5s;E:30s
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x | x |",
                ", T= | , F=T, T= |",
                "Xgreydaemon.* |  | does not ask the daemon at all",
                "=greydaemon | =clamav | InputMailFilters does not name it",
                "10030 | 10023 | policy port",
                "10030 | 1 | where nobody listens",
                ", T= | , F=R, T= | refused for good",
                ", T=.* |  | five minutes",
                "R:5s | R:1h | waits 1h",
                "Xgrey | Xgrey2, S=inet:10030@127.0.0.1, T=C:5s~Xgrey | defined",
            })
    void sendmail(String from, String to, String found) {
        String text = SENDMAIL.replaceFirst(from, to == null ? "" : to.replace('~', '\n'));
        List<String> findings = texts(SendmailFindings.of(text, daemon, machine));
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).anySatisfy(line -> assertThat(line).contains(found));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x | x |",
                "filter-greydaemon | filter-rspamd | does not ask the daemon",
                ":10023 | :1 | where nobody listens",
                "127.0.0.1:10023 | localhost:10023 |",
                "127.0.0.1:10023 | nonsense | which is no place",
                "eth0 filter \"greylist\" | eth0 | no 'listen on' names it",
                "$ | listen on eth1 | mail over [eth1]",
                "$ | listen on socket filter \"greylist\" | own programs is greylisted",
                "$ | listen on lo0 |",
                "filter \"greylist\"$ | filter { \"dkim\", \"greylist\" } |",
            })
    void openSmtpd(String from, String to, String found) throws IOException {
        String text =
                block("opensmtpd.md", "opensmtpd")
                        .strip()
                        .replaceFirst(from, to.startsWith("listen") ? "\n" + to : to);
        List<String> findings = texts(OpenSmtpdFindings.of(text, daemon, machine));
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).anySatisfy(line -> assertThat(line).contains(found));
        }
    }

    private static final String RULES =
            "127.:allow,RELAYCLIENT=\"\"\n192.168.:allow,RELAYCLIENT=\"\"\n:allow,GREYIP=\":\"\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x | x |",
                "\":\" | \":1999\" |",
                "\":\" | \"127.0.0.1@1999\" |",
                "\":\" | \"127.0.0.1:\" |",
                ",GREYIP=\":\" |  | is set neither",
                "\":\" | \":1998\" | where no greydaemon listens",
                "\":\" | \"192.0.2.1:\" | where no greydaemon listens",
                "\":\" | \"\" | is set neither",
                ":allow,GREY | 10.:allow,GREY | for some clients only",
                "127.:allow,RELAYCLIENT=\"\" | 127.:allow,GREYIP=\":\" | your own hosts greylisted",
            })
    void qmail(String from, String to, String found) {
        String rules = RULES.replace(from, to == null ? "" : to);
        List<String> findings =
                texts(QmailFindings.of("...GREYIP...", "exec tcpserver -x cdb", rules, daemon));
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).anySatisfy(line -> assertThat(line).contains(found));
        }
    }

    @Test
    void anUnpatchedQmailAsksOnlyByWhatStandsBeside() {
        assertThat(texts(QmailFindings.of("...", "exec tcpserver", RULES, daemon)))
                .anyMatch(line -> line.contains("has not been patched"));
        assertThat(
                        texts(
                                QmailFindings.of(
                                        "...",
                                        "exec env GREYIP=\":\" QMAILQUEUE=/usr/local/bin/greyqueue"
                                                + " tcpserver",
                                        "",
                                        daemon)))
                .isEmpty();
    }
}
