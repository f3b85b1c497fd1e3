package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Greyctl;
import org.greydaemon.e2e.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Mail that `greyctl expect` expects passes at the first attempt, whoever sends it, over Postfix's
/// policy protocol, the milter protocol and greylistd's words; all other mail waits as ever.
final class ExpectIT {
    private static final String CODES = "codes@example.org";

    @TempDir Path folder;

    private String greyctl(String... arguments) throws IOException {
        Greyctl run = Greyctl.run(folder.resolve("daemon/state/save.ctl"), arguments);
        assertThat(run.status()).as(run.said()).isZero();
        return run.said();
    }

    private static void passes(Smtp session, String sender, String recipient) {
        try (Smtp smtp = session) {
            assertThat(smtp.mail(sender, recipient)).startsWith("250");
            assertThat(smtp.text()).startsWith("250");
        }
    }

    /// Whether at RCPT or at DATA: a bounce is asked about there.
    private static void waits(Smtp session, String sender, String recipient) {
        try (Smtp smtp = session) {
            String reply = smtp.mail(sender, recipient);
            assertThat(reply.startsWith("250") ? smtp.text() : reply).startsWith("45");
        }
    }

    @Test
    void theFirstAttemptOfAnybodyPasses() throws Exception {
        int port = Ports.free();
        int milterPort = Ports.free();
        Host.open(folder);
        Path configuration = folder.resolve("greydaemon.toml");
        Files.writeString(configuration, "rules.hosts = false\n");
        String atRcpt = Document.block("exim.md", "exim-tcp").replace("10023", "" + port);
        String atData = Document.block("exim.md", "exim-data").replace("10023", "" + port);
        try (Daemon daemon =
                        Daemon.start(
                                folder.resolve("daemon"),
                                "--config=" + configuration,
                                "--policy=127.0.0.1:" + port,
                                "--milter=127.0.0.1:" + milterPort);
                Postfix policy = postfix("policy", PostfixAsks.POLICY.overTcp(port));
                Postfix milter = postfix("milter", PostfixAsks.MILTER.overTcp(milterPort));
                Exim exim = new Exim(folder.resolve("exim"), atRcpt, atData)) {
            List<Front> fronts = List.of(policy::session, milter::session, exim::session);
            assertThat(greyctl("expect", "always@example.net")).contains("passes until");
            for (int i = 0; i < fronts.size(); i++) {
                assertThat(greyctl("expect", "--once", "Once" + i + "@Example.NET"))
                        .contains("once" + i + "@example.net");
                always(fronts.get(i), i);
                once(fronts.get(i), "once" + i + "@example.net", i);
            }
            for (String protocol : List.of("policy", "milter", "words")) {
                daemon.awaitLine(
                        line -> line.matches(".* proto=" + protocol + " .* by=expected:.*"));
            }
            assertThat(greyctl("expect", "--cancel", "always@example.net"))
                    .contains("always@example.net");
            for (int i = 0; i < fronts.size(); i++) {
                waits(fronts.get(i).session("127.0.0.1" + i), CODES, "always@example.net");
            }
        }
    }

    /// A session of a client, as one of the servers sees it.
    private interface Front {
        Smtp session(String client);
    }

    private static void always(Front front, int number) {
        passes(front.session("127.0.0.1" + number), CODES, "always@example.net");
        passes(front.session("127.0.0.2" + number), "Other@example.com", "Always+x@example.net");
        passes(front.session("127.0.0.3" + number), "", "always@example.net");
        waits(front.session("127.0.0.1" + number), CODES, "bob@example.net");
        // Of one message's recipients the one that expects it.
        try (Smtp smtp = front.session("127.0.0.4" + number)) {
            assertThat(smtp.mail(CODES, "always@example.net")).startsWith("250");
            assertThat(smtp.say("RCPT TO:<bob@example.net>")).startsWith("45");
            assertThat(smtp.text()).startsWith("250");
            assertThat(smtp.mail(CODES, "bob@example.net")).startsWith("45");
            assertThat(smtp.say("RCPT TO:<always@example.net>")).startsWith("250");
            assertThat(smtp.text()).startsWith("250");
        }
    }

    private static void once(Front front, String recipient, int number) {
        passes(front.session("127.0.1.1" + number), CODES, recipient);
        waits(front.session("127.0.1.1" + number), "spam@example.com", recipient);
        waits(front.session("127.1.1.1" + number), CODES, recipient);
        passes(front.session("127.0.1.1" + number), CODES, recipient);
    }

    private Postfix postfix(String name, String configuration) {
        return new Postfix(folder.resolve(name), configuration, false);
    }
}
