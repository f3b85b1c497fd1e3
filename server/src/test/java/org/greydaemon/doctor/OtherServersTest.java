package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sendmail, OpenSMTPD and qmail: nothing is found in the configurations of the documents, and each
/// mistake in them is.
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

    @ParameterizedTest
    @EnumSource(MailServer.class)
    void whatCannotBeReadIsNamed(MailServer server, @TempDir Path folder) {
        Path none = folder.resolve("none");
        assertThat(texts(server.findings(Optional.of(none), 25, daemon, machine)))
                .singleElement()
                .asString()
                .contains(none.toString())
                .contains("cannot be read");
    }

    /// RFC 5321 4.2: the greeting begins with the host's name.
    @ParameterizedTest
    @CsvSource({
        "postfix.example.net ESMTP Exim 4.96 Mon, EXIM",
        "exim-mx1.example.net ESMTP Sendmail 8.17.1.9/8.17.1.9, SENDMAIL",
        "mx.example.net ESMTP Postfix (Debian/GNU), POSTFIX",
        "mx.example.net ESMTP OpenSMTPD, OPENSMTPD",
        "Postfix, POSTFIX",
    })
    void aHostMayBeCalledAfterAnotherMailServer(String banner, MailServer server) {
        assertThat(MailServer.of(banner, machine)).contains(server);
    }

    /// A port of loopback where somebody listens; nobody knows whether it is the daemon's.
    @Test
    void withoutTheDaemonNobodyKnowsWhoIsAsked() throws IOException {
        try (ServerSocket somebody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String there = "127.0.0.1:" + somebody.getLocalPort();
            String filter = block("opensmtpd.md", "opensmtpd").replace("127.0.0.1:10023", there);
            String milter = SENDMAIL.replace("10030@", somebody.getLocalPort() + "@");
            Daemon none = Daemon.UNHEARD;
            assertThat(SendmailFindings.of(milter, none, machine)).isEmpty();
            assertThat(SendmailFindings.of(milter.replace("greyd", "clamd"), none, machine))
                    .isEmpty();
            assertThat(OpenSmtpdFindings.of(filter, none, machine)).isEmpty();
        }
        assertThat(
                        QmailFindings.of(
                                "GREYIP", "", RULES.replace("\":\"", "\":42\""), Daemon.UNHEARD))
                .isEmpty();
        assertThat(texts(SendmailFindings.of("", Daemon.UNHEARD, machine)))
                .anyMatch(line -> line.startsWith("Sendmail does not ask the daemon at all"));
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
                "C:5s | C:5m | waits 5m to connect",
                "C:5s;S:5s;R:5s | C:4m;S:5s;R:1m | waits 4m to connect",
                "C:5s | C:4m |",
                "C:5s; |  | does not say how long Sendmail waits: five minutes to connect",
                "C:5s | C:0 |",
                "R:5s | R:1s | waits 1s for an answer, and the daemon may wait 2 s for DNS, so that"
                        + " mail passes ungreylisted",
                "R:5s | R:1,F=T | so that mail is deferred",
                "R:5s | R:3s |",
                "R:5s | R:1m30 |",
                "R:5s | R:1m60s | waits 1m60s for an answer",
                "R:5s | R:0 | without an end: R:0",
                "S:5s | S:0 | without an end: S:0",
                "S:5s | S:2m | waits 2m for an answer",
                "E:30s | E:5m |",
                "E:30s | E:10m | waits 10m for an answer",
                "E:30s | E:0s | without an end",
                "T=C:5s;S | Timeouts = Connect: 5s ; Send |",
                "T=C:5s;S | Timeouts = Connect: 5m ; Send | waits 5m to connect",
                ", T= | , Flags = T, T= |",
                ", T= | , F=RT, T= |",
                ", T= | , F=4, T= |",
                ", T= | , F= R, T= | refused for good",
                "S=inet | S=INET |",
                "S=inet | Socket = inet |",
                "10030@127.0.0.1 | 10030 |",
                "inet:10030@127.0.0.1 | inet6:10030@::1 | where nobody listens",
                "inet:10030@127.0.0.1 | /run/none/greydaemon | unix:/run/none/greydaemon, where"
                        + " nobody listens",
                "inet:10030@127.0.0.1 | Local:/run/none/greydaemon | unix:/run/none/greydaemon,"
                        + " where nobody listens",
                "Xgrey | Xgrey2, S=inet:10030@127.0.0.1, T=C:5s~Xgrey | defined",
                "10030@127.0.0.1 | 10030@[127.0.0.1] |",
                "10030@127.0.0.1 | 10030@localhost |",
                ", T= | ,~ T= |",
                "R:5s | R:1h,~\tF=R | refused for good",
                "O Inp.* | O InputMailFilters~O DaemonPortOptions=Port=25, I=clamd;greydaemon, M=a"
                        + " |",
                "$ | ~Xclamav, S=local:/run/none/clamd~O InputMailFilters=greydaemon, clamav | the"
                    + " filter clamav asks unix:/run/none/clamd, where nobody listens; it is not"
                    + " the daemon that is asked there",
                "$ | ~O DaemonPortOptions=Port=smtp, Name=MTA, InputMailFilters=clamav | the"
                        + " listener 'Port=smtp, Name=MTA, InputMailFilters=clamav' has filters of"
                        + " its own, without greydaemon",
                "$ | ~O DaemonPortOptions=Port=smtp, I=clamav;greydaemon, Name=MTA |",
                "$ | ~O DaemonPortOptions=Port=587, I=clamav, Name=MSA |",
                "$ | ~O DaemonPortOptions=Port=26, I=clamav, Name=MSA, M=Ea |",
                "O Inp.* | O  inputmailfilters = greydaemon |",
                "O Inp.* | O DaemonPortOptions=Name=MTA, InputMailFilters=greydaemon |",
                "O Inp.* | O DaemonPortOptions=Name=greydaemon | InputMailFilters does not name it",
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

    /// Who names the file that he has written, or forgets to make the other one.
    @Test
    void sendmailReadsTheCfAndNotTheMc(@TempDir Path folder) throws IOException {
        String mc =
                "divert(0)dnl\nOSTYPE(`debian')dnl\n"
                        + block("sendmail.md", "sendmail-mc")
                        + "MAILER(`smtp')dnl\n";
        Path source = Files.writeString(folder.resolve("sendmail.mc"), mc);
        Path made = Files.writeString(folder.resolve("sendmail.cf"), "O InputMailFilters\n");
        assertThat(texts(MailServer.SENDMAIL.findings(Optional.of(source), 25, daemon, machine)))
                .singleElement()
                .asString()
                .startsWith("this is a sendmail.mc")
                .endsWith("name the sendmail.cf with --mail-config");
        assertThat(texts(MailServer.SENDMAIL.findings(Optional.of(made), 25, daemon, machine)))
                .singleElement()
                .asString()
                .startsWith("sendmail.mc has the filter greydaemon, and the sendmail.cf beside it");
        Files.writeString(source, mc.replace("INPUT_MAIL", "dnl INPUT_MAIL"));
        assertThat(texts(MailServer.SENDMAIL.findings(Optional.of(made), 25, daemon, machine)))
                .singleElement()
                .asString()
                .startsWith("Sendmail does not ask the daemon at all");
        Files.writeString(made, SENDMAIL);
        assertThat(MailServer.SENDMAIL.findings(Optional.of(made), 25, daemon, machine)).isEmpty();
    }

    @Test
    void anOpenSmtpdMaySpareLoopback() throws IOException {
        String well = block("opensmtpd.md", "opensmtpd");
        assertThat(OpenSmtpdFindings.asksAboutAll(well, machine)).isTrue();
        assertThat(OpenSmtpdFindings.asksAboutAll(well + "listen on socket\n", machine)).isTrue();
        assertThat(OpenSmtpdFindings.asksAboutAll(well + "listen on lo\n", machine)).isFalse();
        assertThat(OpenSmtpdFindings.asksAboutAll("listen on lo\n", machine)).isFalse();
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
                "$ | listen on localhost |",
                "$ | listen on \"127.0.0.1\" port 10028 tag DKIM |",
                "$ | listen on local0 | mail over [local0]",
                "proc-exec .* | proc-exec filter-greydaemon user _smtpd group _smtpd |",
                "filter \"greylist\"$ | filter { \"dkim\", \"greylist\" } |",
                "listen on | listen  on |",
                "listen on | table \"x\" { \"#a\" } # filter~listen on |",
                "filter \"greylist\"$ | tag \"#1\" filter \"greylist\" # and no other |",
                "filter \"greylist\" proc-exec | proc \"grey\" \"filter-greydaemon\"~"
                        + "filter \"greylist\" proc \"grey\" # |",
                "filter \"greylist\" proc-exec | proc grey \"filter-greydaemon localhost:1\"~"
                        + "filter \"greylist\" proc grey # | where nobody listens",
                "filter \"greylist\" proc-exec | proc \"grey\" \"filter-rspamd\"~"
                        + "filter \"greylist\" proc \"grey\" # | does not ask the daemon",
            })
    void openSmtpd(String from, String to, String found) throws IOException {
        String text =
                block("opensmtpd.md", "opensmtpd")
                        .strip()
                        .replaceFirst(from, from.equals("$") ? "\n" + to : to.replace('~', '\n'));
        List<String> findings = texts(OpenSmtpdFindings.of(text, daemon, machine));
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).anySatisfy(line -> assertThat(line).contains(found));
        }
    }

    @Test
    void whatAnOpenSmtpdIncludesCounts(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("greylist.conf");
        Files.writeString(file, "filter \"greylist\" proc-exec \"filter-greydaemon\"\n");
        String text =
                "include \"%s\"\noutside = \"eth0 filter greylist\"\nlisten on $outside\n"
                        .formatted(file);
        assertThat(OpenSmtpdFindings.of(text, daemon, machine)).isEmpty();
        Files.writeString(file, ("include " + file + "\n").repeat(2));
        assertThat(texts(OpenSmtpdFindings.of(text, daemon, machine)))
                .singleElement()
                .asString()
                .startsWith("OpenSMTPD does not ask the daemon");
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
                "\":\" | /:1999/ |",
                "GREYIP=\":\" | POSTGREY=\"127.0.0.1;10023\" |",
                "GREYIP=\":\" | POSTGREY=\"127.0.0.1;60000\" | POSTGREY=127.0.0.1;60000 asks"
                        + " 127.0.0.1:60000, where no greydaemon listens",
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GREYIP=:1999; export GREYIP |",
                "export GREYIP=127.0.0.1 |",
                "exec env GREYIP=':1999' tcpserver |",
                "# GREYIP=:1999 | is set neither",
            })
    void qmailsRunFile(String run, String found) {
        List<String> findings =
                texts(QmailFindings.of("...GREYIP...", run + "\nexec tcpserver\n", "", daemon));
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).singleElement().asString().contains(found);
        }
    }

    @Test
    void whatACommentNamesIsNotThere() {
        assertThat(
                        texts(
                                QmailFindings.of(
                                        "...",
                                        "GREYIP=:\n#QMAILQUEUE=bin/greyqueue\n",
                                        "# greyq once\n",
                                        daemon)))
                .singleElement()
                .asString()
                .contains("has not been patched");
    }

    private static List<String> qmailAt(Path folder, String run, Machine machine, Daemon daemon)
            throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(folder.resolve("bin/qmail-smtpd"), "...GREYIP...");
        Files.createDirectories(folder.resolve("supervise/smtp"));
        Files.writeString(folder.resolve("supervise/smtp/run"), run);
        return MailServer.QMAIL.findings(Optional.of(folder), 25, daemon, machine).stream()
                .map(one -> (one.isProblem() ? "PROBLEM " : "UNJUDGED ") + one)
                .toList();
    }

    /// tcpserver says where its rules lie, and the service of qmailtoaster is called smtp.
    @Test
    void qmailsRulesLieWhereItsRunFileSays(@TempDir Path folder) throws IOException {
        Path rules = folder.resolve("etc/tcp.smtp");
        Files.createDirectories(folder.resolve("etc"));
        Files.writeString(rules, RULES);
        String run = "exec tcpserver -v -x \"%s.cdb\" 0 smtp qmail-smtpd\n".formatted(rules);
        assertThat(qmailAt(folder, run, machine, daemon)).isEmpty();
        Files.writeString(rules, RULES.replace(",GREYIP=\":\"", ""));
        assertThat(qmailAt(folder, run, machine, daemon))
                .singleElement()
                .asString()
                .startsWith("PROBLEM GREYIP is set neither in the run file nor");
        Files.delete(rules);
        assertThat(qmailAt(folder, run, machine, daemon))
                .singleElement()
                .asString()
                .startsWith("UNJUDGED GREYIP is not set in the run file, and")
                .contains(rules + " could not be read");
    }

    /// As qmailtoaster's run file names them.
    @ParameterizedTest
    @CsvSource({
        "TCP_CDB=\"%s\", $TCP_CDB",
        "TCP_CDB='%s', ${TCP_CDB}",
        "export TCP_CDB=%s; echo, \"$TCP_CDB\"",
    })
    void theRulesOfAQmailMayStandInAVariable(String set, String used, @TempDir Path folder)
            throws IOException {
        Path rules = Files.writeString(folder.resolve("tcp.smtp"), RULES);
        String run =
                set.formatted(rules + ".cdb") + "\nexec tcpserver -x " + used + " 0 smtp smtpd\n";
        assertThat(qmailAt(folder, run, machine, daemon)).isEmpty();
        String unknown = run.replace(set.formatted(rules + ".cdb"), "TCP_CDB=`rules`");
        assertThat(qmailAt(folder, unknown, machine, daemon))
                .singleElement()
                .asString()
                .startsWith("UNJUDGED GREYIP is not set in the run file");
    }

    /// configuration.c of spamdyke: `always` is for the domains that have a directory.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spamdyke -f CONF | always-create-dir | PROBLEM spamdyke greylists too:"
                        + " graylist-lev",
                "$SPAMDYKE --config-file $DYKE_CONF | always-create-dir | PROBLEM spamdyke",
                "spamdyke \\\\~ --config-file=CONF | always | UNJUDGED spamdyke greylists too",
                "spamdyke -f CONF | only | UNJUDGED spamdyke",
                "spamdyke -f CONF | none |",
                "spamdyke -f CONF.none | always |",
                "spamdyke --graylist-level always-create-dir | none | PROBLEM spamdyke",
                "# spamdyke -f CONF~ | always-create-dir |",
            })
    void spamdykeMayGreylistToo(String start, String level, String found, @TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("spamdyke.conf");
        Files.writeString(file, "#graylist-level=always\nsmtp-auth-level=none\ngraylist-level=");
        Files.writeString(file, level + "\n", StandardOpenOption.APPEND);
        String run =
                "export GREYIP=:1999\nSPAMDYKE=/usr/bin/spamdyke\nDYKE_CONF=CONF\n"
                        + "exec tcpserver 0 smtp \\\n"
                        + start.replace("\\\\", "\\").replace('~', '\n')
                        + " qmail-smtpd\n";
        List<String> findings =
                qmailAt(
                        folder,
                        run.replace("CONF", file.toString()).replace("DYKE_" + file, "DYKE_CONF"),
                        machine,
                        daemon);
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).singleElement().asString().startsWith(found);
        }
    }

    /// Whatever starts it, nobody knows what that says.
    @Test
    void aQmailWhoseServiceLiesElsewhereIsNotJudged(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("control"));
        Files.writeString(folder.resolve("control/tcp.smtp"), ":allow\n");
        Files.writeString(folder.resolve("bin/qmail-smtpd"), "...");
        assertThat(MailServer.QMAIL.findings(Optional.of(folder), 25, daemon, machine))
                .noneMatch(Finding::isProblem)
                .extracting(Finding::what)
                .anyMatch(what -> what.startsWith("qmail-smtpd has not been patched"))
                .anyMatch(what -> what.contains("no run file of its service was found"));
    }

    /// A file each says a variable of the environment (envdir of daemontools).
    @ParameterizedTest
    @CsvSource({
        "exec envdir ./env tcpserver",
        "exec chpst -u q:q -e env tcpserver",
        "exec s6-envdir -I -- ./env tcpserver"
    })
    void qmailsEnvironmentMayLieInFiles(String run, @TempDir Path folder) throws IOException {
        Path service = folder.resolve("supervise/qmail-smtpd");
        Files.createDirectories(service.resolve("env"));
        Files.createDirectory(folder.resolve("bin"));
        Files.writeString(folder.resolve("bin/qmail-smtpd"), "...GREYIP...");
        Files.writeString(service.resolve("run"), "#!/bin/sh\n" + run + "\n");
        Files.writeString(service.resolve("env/GREYIP"), "127.0.0.1:1999\nthe daemon\n");
        assertThat(MailServer.QMAIL.findings(Optional.of(folder), 25, daemon, machine)).isEmpty();
        Files.writeString(service.resolve("env/GREYIP"), ":1998\n");
        assertThat(texts(MailServer.QMAIL.findings(Optional.of(folder), 25, daemon, machine)))
                .singleElement()
                .asString()
                .contains("where no greydaemon listens");
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
