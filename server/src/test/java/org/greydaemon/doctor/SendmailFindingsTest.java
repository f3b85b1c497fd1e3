package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.DoctorTexts.block;
import static org.greydaemon.doctor.DoctorTexts.texts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Sendmail: nothing is found in the configuration of the document, and each mistake in it is.
final class SendmailFindingsTest {
    static final String SENDMAIL =
            """
            O InputMailFilters=greydaemon
            Xgreydaemon, S=inet:10030@127.0.0.1, T=C:5s;S:5s;R:5s;E:30s
            """;

    private final Machine machine = new Machine();
    private final Daemon daemon = DoctorTexts.usualDaemon();

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
                "$ | ~O DaemonPortOptions=port=SMTPS, I=clamav, Name=MSA |",
                "$ | ~O DaemonPortOptions=Port=26, I=clamav, Name=MTA, M=A | has filters of its"
                        + " own, without greydaemon",
                "O Inp.* | O  inputmailfilters = greydaemon |",
                "O Inp.* | O DaemonPortOptions=Name=MTA, InputMailFilters=greydaemon |",
                "O Inp.* | O DaemonPortOptions=Name=greydaemon | InputMailFilters does not name it",
            })
    void sendmail(String from, String to, String found) {
        String text = SENDMAIL.replaceFirst(from, to == null ? "" : to.replace('~', '\n'));
        List<String> findings = texts(SendmailFindings.of(text, daemon, machine));
        DoctorTexts.assertFound(findings, found);
    }

    /// `/var/run` is a link to `/run`, and the daemon makes its socket when it starts.
    @Test
    void aSocketsFolderHasSeveralNames(@TempDir Path folder) throws IOException {
        Path named = Files.createSymbolicLink(folder.resolve("var"), folder);
        String text = SENDMAIL.replace("inet:10030@127.0.0.1", "local:" + named + "/milter");
        Daemon there = Daemon.of(List.of("milter unix:" + folder + "/milter"));
        assertThat(SendmailFindings.of(text, there, machine)).isEmpty();
        Files.createFile(folder.resolve("milter"));
        assertThat(SendmailFindings.of(text, there, machine)).isEmpty();
        assertThat(texts(SendmailFindings.of(text, daemon, machine)))
                .anyMatch(line -> line.contains("where nobody listens"));
    }

    @Test
    void whoListensAtAllAddressesOfIpv4IsNotAskedOverIpv6() {
        String text = SENDMAIL.replace("inet:10030@127.0.0.1", "inet6:10030@::1");
        assertThat(texts(SendmailFindings.of(text, milterAt("0.0.0.0:10030"), machine)))
                .singleElement()
                .asString()
                .contains("where nobody listens");
        assertThat(SendmailFindings.of(text, milterAt("[::]:10030"), machine)).isEmpty();
    }

    private static Daemon milterAt(String place) {
        return Daemon.of(List.of("milter " + place));
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
        Files.writeString(source, mc.replace("`greydaemon'", "` greydaemon'"));
        assertThat(texts(MailServer.SENDMAIL.findings(Optional.of(made), 25, daemon, machine)))
                .as("a name that Sendmail does not take")
                .singleElement()
                .asString()
                .startsWith("Sendmail does not ask the daemon at all");
        Files.writeString(made, SENDMAIL);
        assertThat(MailServer.SENDMAIL.findings(Optional.of(made), 25, daemon, machine)).isEmpty();
    }

    /// milter-greylist's socket says it, whatever the filter is called.
    @Test
    void anotherGreylistersSocketHasItsName(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("milter-greylist.sock");
        String more = "Xfirst, S=local:" + socket + "\nO InputMailFilters=greydaemon, first\n";
        try (ServerSocketChannel somebody = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            somebody.bind(UnixDomainSocketAddress.of(socket));
            assertThat(texts(SendmailFindings.of(SENDMAIL + more, daemon, machine)))
                    .containsExactly(
                            "the filter first is another greylister, at unix:"
                                    + socket
                                    + "; take it out: each would have the other's mail wait");
        }
    }
}
