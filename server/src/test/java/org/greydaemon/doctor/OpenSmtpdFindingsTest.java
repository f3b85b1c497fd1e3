package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.DoctorTexts.block;
import static org.greydaemon.doctor.DoctorTexts.texts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// OpenSMTPD: nothing is found in the configuration of the document, and each mistake in it is.
final class OpenSmtpdFindingsTest {
    private final Machine machine = new Machine();
    private final Daemon daemon = DoctorTexts.usualDaemon();

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
        DoctorTexts.assertFound(findings, found);
    }

    /// `/var/run` is a link to `/run`; nobody need listen.
    @Test
    void aSocketsFolderHasSeveralNames(@TempDir Path folder) throws IOException {
        Path named = Files.createSymbolicLink(folder.resolve("var"), folder);
        String text =
                block("opensmtpd.md", "opensmtpd")
                        .replace("127.0.0.1:10023", "unix:" + named + "/policy");
        Daemon there = Daemon.of(List.of("policy unix:" + folder + "/policy"));
        assertThat(OpenSmtpdFindings.of(text, there, machine)).isEmpty();
        Daemon elsewhere = Daemon.of(List.of("policy unix:" + folder + "/none/policy"));
        assertThat(texts(OpenSmtpdFindings.of(text, elsewhere, machine)))
                .singleElement()
                .asString()
                .contains("where nobody listens");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:10023, 127.0.0.1:10023, true",
        "0.0.0.0:10023, localhost:10023, true",
        "0.0.0.0:10023, [::1]:10023, false",
        "[::]:10023, 127.0.0.1:10023, true",
        "[::]:10023, [::1]:10023, true",
    })
    void whoListensAtAllAddressesOfIpv4IsNotAskedOverIpv6(String there, String asked, boolean taken)
            throws IOException {
        String text = block("opensmtpd.md", "opensmtpd").replace("127.0.0.1:10023", asked);
        assertThat(
                        OpenSmtpdFindings.of(text, Daemon.of(List.of("policy " + there)), machine)
                                .isEmpty())
                .isEqualTo(taken);
    }

    /// A frame of the stack for each character was too much.
    @Test
    void aLineMayBeLong() throws IOException {
        String well = block("opensmtpd.md", "opensmtpd");
        String line = "table x { " + "a, ".repeat(7_000) + " }";
        String quoted = "table y { " + "\"#a\", ".repeat(7_000) + " } # filter";
        String text = line + "\n" + quoted + "\n" + well;
        assertThat(OpenSmtpdFindings.of(text, daemon, machine)).isEmpty();
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
}
