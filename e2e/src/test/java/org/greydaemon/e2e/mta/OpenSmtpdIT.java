package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// OpenSMTPD asks through the filter, with the configuration of docs/opensmtpd.md.
@Tag(Host.ALONE)
final class OpenSmtpdIT {
    private static final String GREYLISTED =
            "451 4\\.7\\.1 Greylisted, please try again in [12] seconds";

    @TempDir Path folder;

    @Test
    void mailIsDeferredPassesAndGoesOnWithoutTheDaemon() {
        Host.open(folder);
        int port = Ports.free();
        String configuration =
                Document.block("opensmtpd.md", "opensmtpd").replace("10023", "" + port);
        try (Daemon daemon =
                        Daemon.start(
                                folder.resolve("daemon"),
                                "-m",
                                "0.02",
                                "--policy=127.0.0.1:" + port);
                OpenSmtpd smtpd = new OpenSmtpd(folder.resolve("mx"), configuration)) {
            for (String client : new String[] {"127.0.0.7", "::1"}) {
                try (Smtp smtp = smtpd.session(client)) {
                    assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                            .matches(GREYLISTED);
                    assertThat(smtp.say("RCPT TO:<carol@example.net>")).matches(GREYLISTED);
                    assertThat(smtp.mail("", "bob@example.net")).as("a probe").startsWith("250");
                    assertThat(smtp.text()).as("a bounce").matches(GREYLISTED);
                    assertThat(smtp.say("DATA")).as("again").doesNotStartWith("354");
                }
            }
            Host.pause(2_100);
            for (String client : new String[] {"127.0.0.7", "::1"}) {
                try (Smtp smtp = smtpd.session(client)) {
                    assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                    assertThat(smtp.say("RCPT TO:<erik@example.net>")).startsWith("250");
                    assertThat(smtp.text()).startsWith("250");
                    assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
                    assertThat(smtp.text()).as("the bounce has waited").startsWith("250");
                }
                daemon.awaitLine(line -> line.contains(" retry ok I" + client + " Falice@"));
            }
            daemon.kill();
            try (Smtp smtp = smtpd.session("127.0.0.8")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
            assertThat(smtpd.log())
                    .contains("filter-greydaemon: 127.0.0.1:" + port + ": Connection refused");
            daemon.restart();
            try (Smtp smtp = smtpd.session("127.0.0.8")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
            }
        }
    }
}
