package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// Sendmail asks over the milter protocol, with the configuration of docs/sendmail.md.
final class SendmailIT {
    private static final String GREYLISTED =
            "451 4\\.7\\.1 Greylisted, please try again in [12] seconds";

    @TempDir Path folder;

    @Test
    void mailIsDeferredPassesWithTheHeaderAndGoesOnWithoutTheDaemon() {
        int port = Host.freePort();
        String filter = Document.block("sendmail.md", "sendmail-mc").replace("10030", "" + port);
        try (Daemon daemon =
                        Daemon.start(
                                folder.resolve("daemon"),
                                "-m",
                                "0.02",
                                "--rules",
                                "modern",
                                "--milter=127.0.0.1:" + port);
                Sendmail sendmail = new Sendmail(folder.resolve("mx"), filter)) {
            try (Smtp smtp = sendmail.session("127.0.0.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
                assertThat(smtp.say("RCPT TO:<carol@example.net>")).matches(GREYLISTED);
                assertThat(smtp.say("RSET")).startsWith("250");
                assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
                assertThat(smtp.text()).matches(GREYLISTED);
            }
            Host.pause(2_100);
            try (Smtp smtp = sendmail.session("127.0.0.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.say("RCPT TO:<erik@example.net>")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
                assertThat(smtp.mail("dora@example.org", "erik@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
            assertThat(sendmail.headers())
                    .filteredOn(line -> line.contains("X-Greylist"))
                    .hasSize(1)
                    .allMatch(line -> line.matches(".*: delayed \\d seconds by greydaemon at .*"));
            assertThat(daemon.logLines())
                    .anyMatch(line ->
                            line.contains("reason=passed proto=milter ")
                                    && line.contains(" client_address=127.0.0.7 "))
                    .anyMatch(line ->
                            line.contains("reason=known proto=milter ")
                                    && line.contains(" sender=<dora@example.org> "));
            try (Smtp smtp = sendmail.session("127.0.0.8")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
                daemon.kill();
                smtp.say("RSET");
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
        }
    }
}
