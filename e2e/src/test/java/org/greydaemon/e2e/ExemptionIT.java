package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Who passes by the operator's word, in a real daemon: files, greyctl, reloads and kills. What
/// lines ask of DNS is in {@link ExemptionDnsIT}.
@Timeout(300)
final class ExemptionIT {
    @TempDir Path folder;

    private Daemon start(String resolver, String... lines) throws IOException {
        Files.write(folder.resolve("exemptions"), List.of(lines));
        Files.writeString(
                folder.resolve("greydaemon.toml"),
                """
                listen.udp = "127.0.0.1:0"
                store.save-file = "state/save"
                rules.hosts = false
                rules.ipv4-network = 32
                [exempt]
                files = ["exemptions"]
                resolver = "%s"
                """
                        .formatted(resolver));
        return Daemon.startWith(folder, "greydaemon.toml");
    }

    private String greyctl(String... arguments) throws IOException {
        return Greyctl.run(folder.resolve("state/save.ctl"), arguments).said();
    }

    @Test
    void whatGreyctlAllowsSurvivesAKillAndEndsInTime() throws Exception {
        try (Daemon daemon = start("")) {
            assertThat(greyctl("allow", "--reason", "ticket 4711", "198.51.100.7"))
                    .isEqualTo("198.51.100.7 passes until you disallow it\n");
            assertThat(greyctl("allow", "--for", "6s", "192.0.2.0/24"))
                    .startsWith("192.0.2.0/24 passes until ");
            assertThat(daemon.ask("192.0.2.7", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            daemon.kill();
            daemon.restart();
            assertThat(daemon.ask("198.51.100.7", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            daemon.awaitLine(line -> line.endsWith(" by=allowed:198.51.100.7"));
            Reply last = Reply.EXEMPT;
            for (int i = 0; i < 600 && last.equals(Reply.EXEMPT); i++) {
                Daemon.pause(100);
                last = daemon.ask("192.0.2.7", "a@b", "c@d");
            }
            assertThat(last).isEqualTo(Reply.NEW);
            assertThat(greyctl("exemptions")).contains("(allowed: root: ticket 4711)");
            assertThat(greyctl("disallow", "198.51.100.7"))
                    .isEqualTo("198.51.100.7 is no longer allowed\n");
            assertThat(daemon.ask("198.51.100.7", "a@b", "c@d")).isEqualTo(Reply.NEW);
        }
    }

    @Test
    void aReloadTakesAllFilesOrNone() throws Exception {
        try (Daemon daemon = start("", "recipient codes@example.net")) {
            assertThat(daemon.ask("192.0.2.7", "a@b", "codes@example.net")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.7", "a@b", "codes@example.net", "x@example.net"))
                    .isEqualTo(Reply.NEW);
            Files.writeString(folder.resolve("exemptions"), "recipients x@example.net\n");
            assertThat(greyctl("reload"))
                    .contains("exemptions:1: 'recipients' is none of client, host,")
                    .contains("greyctl: the configuration from before goes on; mend ");
            daemon.awaitLine(
                    line -> line.contains("exemptions:1: 'recipients' is none of client, host,"));
            assertThat(daemon.ask("192.0.2.8", "a@b", "codes@example.net")).isEqualTo(Reply.EXEMPT);
            Files.writeString(folder.resolve("exemptions"), "client 192.0.2.8\n");
            daemon.signal("HUP");
            daemon.awaitLine(line -> line.startsWith("reload: 1 exemptions from "));
            assertThat(daemon.ask("192.0.2.8", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.9", "a@b", "codes@example.net")).isEqualTo(Reply.NEW);
        }
    }

    @Test
    void aReloadSaysWhatIsDangerousInTheWhiteList() throws Exception {
        Files.writeString(folder.resolve("white"), "192.0.2.1\n");
        try (Daemon daemon = Daemon.start(folder, "-w", "white")) {
            Files.writeString(folder.resolve("white"), "192.0.2.1\n0.0.0.0/0\n");
            assertThat(greyctl("reload")).contains(":2: every IPv4 client is exempt");
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
        }
    }

    @Test
    void aBadFileIsNamedAndTheDaemonDoesNotStart() throws IOException {
        Files.writeString(folder.resolve("exemptions"), "192.0.2.7\nhost 192.0.2.7\n");
        assertThat(Daemon.refusedStart(folder, "--exempt", "exemptions"))
                .containsExactly(
                        "greydaemon: exemptions:1: '192.0.2.7' stands alone; did you mean 'client"
                                + " 192.0.2.7'?",
                        "greydaemon: exemptions:2: '192.0.2.7' is an address; write client"
                                + " 192.0.2.7");
    }

    /// While a reload reads them, both the old lists and the new ones are in memory; of two reloads
    /// the second finds room only if those from before the first are gone.
    @Test
    void theLongestListsThatMayBeCanBeReloaded() throws Exception {
        Files.writeString(folder.resolve("white"), lines(250_000, "CLIENT"));
        Files.createDirectories(folder.resolve("state"));
        Files.writeString(
                folder.resolve("state/save.allowed"),
                lines(100_000, "client CLIENT # root: imported"));
        String exemption =
                "sender userCLIENT@example.org client CLIENT until 2036-12-31 # ticket CLIENT";
        Files.writeString(folder.resolve("exemptions"), lines(50_000, exemption));
        try (Daemon daemon = Daemon.start(folder, "-w", "white", "--exempt", "exemptions")) {
            for (int i = 0; i < 2; i++) {
                daemon.ask("10.3.208.143", "a@b", "c@d"); // The last of the white list.
                assertThat(greyctl("reload")).contains("reloaded");
            }
            assertThat(greyctl("exemptions").lines()).hasSize(1 + 250_000 + 100_000 + 50_000);
            assertThat(daemon.stop()).isZero();
        }
    }

    /// @param form a line in which CLIENT is another one in each
    private static String lines(int count, String form) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String client = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
            lines.append(form.replace("CLIENT", client)).append('\n');
        }
        return lines.toString();
    }

    /// Over UDP a message has all its recipients; the last second of a once-line is not waited for.
    @Test
    void mailThatIsExpectedPassesAndOthersWaitAndARestartForgetsNothing() throws Exception {
        try (Daemon daemon = start("127.0.0.1:9")) {
            assertThat(greyctl("expect", "--for", "1h", "--reason", "login", "carol@example.net"))
                    .contains("mail to carol@example.net passes until ");
            assertThat(daemon.ask("192.0.2.7", "codes@example.org", "Carol@Example.net"))
                    .isEqualTo(Reply.EXEMPT);
            assertThat(
                            daemon.ask(
                                    "192.0.2.7",
                                    "codes@example.org",
                                    "carol@example.net",
                                    "bob@example.net"))
                    .isEqualTo(Reply.NEW);
            daemon.awaitLine(
                    line -> line.contains("reason=exempt ") && line.contains("by=expected:"));
            daemon.awaitLine(
                    line -> line.contains("root expects mail to carol@example.net: login"));
            assertThat(greyctl("status")).contains("expecting  mail for 1 recipient\n");
            assertThat(greyctl("exemptions"))
                    .containsPattern(
                            "2 20\\S+ \\S+ \\S+ recipient carol@example.net .*expected: root:"
                                    + " login");
            assertThat(greyctl("expect", "--once", "dora@example.net"))
                    .contains("mail to dora@example.net of the first sender passes until ");
            assertThat(daemon.ask("192.0.2.8", "codes@example.org", "dora@example.net"))
                    .isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("203.0.113.8", "spam@example.com", "dora@example.net"))
                    .isEqualTo(Reply.NEW);
            assertThat(greyctl("expect", "carol")).contains("is no address of a recipient; write");
            assertThat(daemon.stop()).isZero();
        }
        try (Daemon daemon = Daemon.startWith(folder, "greydaemon.toml")) {
            assertThat(daemon.ask("192.0.2.9", "other@example.org", "carol@example.net"))
                    .isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("203.0.114.8", "other@example.org", "dora@example.net"))
                    .as("another sender than the first one, who has come before the restart")
                    .isEqualTo(Reply.NEW);
            assertThat(daemon.ask("192.0.2.8", "codes@example.org", "dora@example.net"))
                    .isEqualTo(Reply.EXEMPT);
            assertThat(greyctl("expect", "--cancel", "carol@example.net"))
                    .contains("mail to carol@example.net is no longer expected");
            assertThat(daemon.ask("192.0.2.10", "other@example.org", "carol@example.net"))
                    .isEqualTo(Reply.NEW);
        }
    }

    @Test
    void whoIsAllowedByNameSenderOrRecipientPassesAcrossARestart() throws Exception {
        try (Daemon daemon = start("127.0.0.1:9")) {
            assertThat(greyctl("allow", "@example.org", "--to", "carol@example.net"))
                    .contains("sender @example.org recipient carol@example.net passes until you");
            assertThat(greyctl("allow", "*@*")).contains("say --yes if that is meant");
            assertThat(greyctl("allow", "carol")).contains("carol' is neither an address nor");
            assertThat(daemon.ask("192.0.2.7", "a@example.org", "carol@example.net"))
                    .isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.7", "a@example.org", "bob@example.net"))
                    .isEqualTo(Reply.NEW);
        }
        try (Daemon daemon = Daemon.startWith(folder, "greydaemon.toml")) {
            assertThat(daemon.ask("192.0.2.8", "b@example.org", "carol@example.net"))
                    .isEqualTo(Reply.EXEMPT);
            assertThat(greyctl("explain", "192.0.2.8", "b@example.org", "carol@example.net"))
                    .contains(
                            "yes: allowed: sender @example.org recipient carol@example.net (root)");
            assertThat(greyctl("disallow", "@example.org", "--to", "carol@example.net"))
                    .contains("carol@example.net is no longer allowed");
            assertThat(daemon.ask("192.0.2.9", "b@example.org", "carol@example.net"))
                    .isEqualTo(Reply.NEW);
        }
    }
}
