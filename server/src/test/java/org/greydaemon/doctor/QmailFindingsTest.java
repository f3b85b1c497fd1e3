package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.DoctorTexts.texts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// qmail, its relatives, and what its run file says.
final class QmailFindingsTest {
    static final String RULES =
            "127.:allow,RELAYCLIENT=\"\"\n192.168.:allow,RELAYCLIENT=\"\"\n:allow,GREYIP=\":\"\n";

    private final Machine machine = new Machine();
    private final Daemon daemon = DoctorTexts.usualDaemon();

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
        DoctorTexts.assertFound(findings, found);
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

    /// The one that tcpserver finds for those of whom no other rule speaks: the first without an
    /// address. It counts over the run file.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ":1999 | :allow,GREYIP=\"\" | rule for all, ':allow', empties the GREYIP of the run"
                        + " file, so the daemon is not asked",
                ":1999 | :allow |",
                ":1999 | :allow,RELAYCLIENT=\"\" |",
                ":1999 | 192.0.2.:allow,GREYIP=\"\" |",
                ":1999 | :allow,POSTGREY=\"\" |",
                "'' | 192.0.2.:allow,GREYIP=\":\"~:allow,GREYIP=\"\" | for some clients only",
                ":1999 | 192.0.2.:allow,GREYIP=\":\"~:allow,GREYIP=\"\" | for some clients only",
                "'' | :allow,GREYIP=\":1999\"~:allow,GREYIP=\"\" |",
                "'' | :allow,GREYIP=\"\"~:allow,GREYIP=\":1999\" | for some clients only",
                "'' | :allow,GREYIP=\"\" | is set neither",
            })
    void theRuleForAllOthersDecides(String run, String rules, String found) {
        List<String> findings =
                texts(
                        QmailFindings.of(
                                "...GREYIP...",
                                "exec env GREYIP=\"" + run + "\" tcpserver -x /etc/tcp.smtp.cdb\n",
                                rules.replace('~', '\n') + "\n",
                                daemon));
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
