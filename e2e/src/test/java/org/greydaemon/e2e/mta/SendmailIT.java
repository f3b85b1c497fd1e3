package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Sendmail asks over the milter protocol, with the configuration of docs/sendmail.md.
final class SendmailIT {
    private static final String GREYLISTED =
            "451 4\\.7\\.1 Greylisted, please try again in [12] seconds";

    @TempDir Path folder;

    private Daemon daemon(String place) {
        return Daemon.start(
                folder.resolve("daemon"),
                "-m",
                "0.02",
                "--config=" + withoutHostNames(),
                "--milter=" + place);
    }

    /// The clients of these tests have no names, and would be suspect.
    private Path withoutHostNames() {
        try {
            return Files.writeString(folder.resolve("greydaemon.toml"), "rules.hosts = false\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String filter(int port) {
        return Document.block("sendmail.md", "sendmail-mc").replace("10030", "" + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.7", "::1"})
    void mailIsDeferredAndPassesWithTheHeader(String client) {
        int port = Ports.free();
        try (Daemon daemon = daemon("127.0.0.1:" + port);
                Sendmail sendmail = new Sendmail(folder.resolve("mx"), filter(port))) {
            try (Smtp smtp = sendmail.session(client)) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
                assertThat(smtp.say("RCPT TO:<carol@example.net>")).matches(GREYLISTED);
                assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
                assertThat(smtp.text()).matches(GREYLISTED);
            }
            Host.pause(2_100);
            try (Smtp smtp = sendmail.session(client)) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.say("RCPT TO:<erik@example.net>")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
                assertThat(smtp.mail("dora@example.org", "erik@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
            assertThat(sendmail.headers())
                    .filteredOn(line -> line.contains("X-Greylist"))
                    .hasSize(1)
                    .allMatch(line -> line.matches(".*: delayed \\d+ seconds by greydaemon at .*"));
            daemon.awaitLine(line ->
                    line.contains("reason=passed proto=milter ")
                            && line.contains(" client_address=" + client + " "));
            daemon.awaitLine(line ->
                    line.contains("reason=known proto=milter ")
                            && line.contains(" sender=<dora@example.org> "));
        }
    }

    /// The daemon goes and comes back while an SMTP session is open. Sendmail, too, gives a milter
    /// up for the rest of the session.
    @ParameterizedTest
    @CsvSource({
        "'', 250 .*",
        "'F=T, ', 451 4\\.3\\.2 Please try again later",
    })
    void aKilledDaemonHoldsNothingUpAndForgetsNoProvenClient(String flag, String gone) {
        int port = Ports.free();
        String filter = filter(port).replace("T=C:", flag + "T=C:");
        try (Daemon daemon = daemon("127.0.0.1:" + port);
                Sendmail sendmail = new Sendmail(folder.resolve("mx"), filter)) {
            assertThat(daemon.ask("127.0.0.7", "alice@example.org", "carol@example.net"))
                    .isEqualTo(Reply.NEW);
            Host.pause(2_100);
            assertThat(daemon.ask("127.0.0.7", "alice@example.org", "carol@example.net"))
                    .isEqualTo(Reply.PASSED);
            try (Smtp stranger = sendmail.session("127.0.0.8")) {
                assertThat(stranger.mail("alice@example.org", "bob@example.net"))
                        .matches(GREYLISTED);
                daemon.kill();
                assertThat(stranger.mail("dora@example.org", "bob@example.net")).matches(gone);
                daemon.restart();
                assertThat(stranger.mail("emma@example.org", "bob@example.net")).matches(gone);
            }
            try (Smtp stranger = sendmail.session("127.0.0.8");
                    Smtp proven = sendmail.session("127.0.0.7")) {
                assertThat(stranger.mail("fred@example.org", "bob@example.net"))
                        .matches(GREYLISTED);
                assertThat(proven.mail("fred@example.org", "bob@example.net")).startsWith("250");
                assertThat(proven.text()).startsWith("250");
            }
        }
    }

    @Test
    void sendmailAsksOverAUnixSocket() {
        String filter = Document.block("sendmail.md", "sendmail-mc-unix");
        try (Sendmail sendmail = new Sendmail(folder.resolve("mx"), filter);
                Daemon daemon = daemon("unix:" + sendmail.socketFolder().resolve("milter"));
                Smtp smtp = sendmail.session("127.0.0.7")) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
            daemon.awaitLine(line -> line.contains(" proto=milter peer=unix "));
        }
    }

    /// Sendmail says of each name how it went. Where there certainly is none, nobody is asked
    /// again, and the client is suspect; the daemon's own DNS does not answer here.
    @ParameterizedTest
    @CsvSource({
        "127.0.0.9, files,     mail.sender.example, ''",
        "127.0.0.8, files,     '',                  no-name",
        "127.0.0.8, files dns, '',                  ''",
    })
    void onlyWhoCertainlyHasNoNameIsSuspect(
            String client, String services, String name, String suspect) throws IOException {
        int port = Ports.free();
        Path home = Files.createDirectories(folder.resolve("daemon"));
        Files.writeString(
                home.resolve("greydaemon.toml"),
                """
                listen.udp = "127.0.0.1:0"
                listen.milter = ["127.0.0.1:%d"]
                store.save-file = "save"
                rules.spf = false
                exempt.resolver = "127.0.0.1:%d"
                """
                        .formatted(port, Ports.free()));
        try (Daemon daemon = Daemon.startWith(home, "greydaemon.toml");
                Sendmail sendmail = new Sendmail(folder.resolve("mx"), filter(port), services);
                Smtp smtp = sendmail.session(client)) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                    .startsWith("451 4.7.1 Greylisted");
            assertThat(daemon.awaitLine(line -> line.startsWith("decision action=defer ")))
                    .matches(line -> line.contains(" client_name=" + name + " ") != name.isEmpty())
                    .matches(line ->
                            line.contains(" suspect=" + suspect + " ") != suspect.isEmpty());
        }
    }
}
