package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import static org.greydaemon.doctor.DoctorTexts.block;
import static org.greydaemon.doctor.DoctorTexts.texts;
import static org.greydaemon.doctor.QmailFindingsTest.RULES;
import static org.greydaemon.doctor.SendmailFindingsTest.SENDMAIL;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Which mail server it is, and where its configuration is read.
final class MailServerTest {
    private final Machine machine = new Machine();
    private final Daemon daemon =
            Daemon.of(
                    List.of(
                            "udp 127.0.0.1:1999",
                            "policy 127.0.0.1:10023",
                            "milter 127.0.0.1:10030"));

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
}
