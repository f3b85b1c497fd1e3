package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A daemon that is started with a configuration file.
final class ConfigurationIT {
    @TempDir Path folder;

    private void write(String... lines) throws IOException {
        Files.writeString(folder.resolve("greydaemon.toml"), String.join("\n", lines) + "\n");
    }

    @Test
    void itRunsByTheFileAlone() throws IOException {
        Files.writeString(folder.resolve("greywhite"), "192.0.2.9\n");
        write(
                "[listen]",
                "udp = \"127.0.0.1:0\"",
                "policy = \"unix:" + folder.resolve("policy") + "\"",
                "[retry]",
                "delay = \"1s\"",
                "[rules]",
                "hosts = false",
                "[store]",
                "save-file = \"state/save\"",
                "[exempt]",
                "white-list = \"greywhite\"");
        try (Daemon daemon = Daemon.startWith(folder, "greydaemon.toml")) {
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            assertThat(daemon.awaitLine(line -> line.contains("reason=new")))
                    .startsWith("decision action=defer reason=new proto=udp ")
                    .endsWith(" recipients=1 retry_in=1s");
            assertThat(folder.resolve("policy")).exists();
            Daemon.pause(1100);
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.PASSED);
            assertThat(daemon.stop()).isZero();
            assertThat(daemon.saveFile()).content().contains("I ").contains(" 192.0.2.1");
        }
    }

    @Test
    void theCommandLineOverridesTheFile() throws IOException {
        write("listen.udp = \"127.0.0.1:1\"", "rules.set = \"original\"");
        try (Daemon daemon = Daemon.start(folder, "--config", "greydaemon.toml", "-m", "1")) {
            assertThat(daemon.port()).isNotEqualTo(1);
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            daemon.awaitLine(line -> line.contains(" new grey I192.0.2.1 Fa@b Tc@d"));
        }
    }

    @Test
    void aWrongFileIsRefusedWithAllItsErrorsAndStatus78() throws IOException {
        write("[retry]", "dealy = \"4m\"", "window = 24h", "[log]", "format = 5");
        assertThat(Daemon.refusedStart(folder, "--config", "greydaemon.toml"))
                .containsExactly(
                        "greydaemon: greydaemon.toml:2:1: unknown key 'retry.dealy'; did you mean"
                                + " 'retry.delay'?",
                        "greydaemon: greydaemon.toml:3:12: unexpected 'h', expected a newline or"
                                + " end-of-input; text stands in quotes, write window = \"24h\"",
                        "greydaemon: greydaemon.toml:5:1: log.format: 5 is no word; write one, such"
                                + " as \"original\"");
        String file = folder.resolve("greydaemon.toml").toString();
        assertThat(status("--config", file)).isEqualTo(78);
        assertThat(status("--config", file, "--check-config")).isEqualTo(78);
    }

    @Test
    void theSampleOfThePackageIsGood() throws IOException {
        String sample = Daemon.root().resolve("packaging/greydaemon.toml").toString();
        String save = folder.resolve("save").toString(); // The sample's folder may be missing.
        assertThat(status("--config", sample, "--check-config", "127.0.0.1:0", save)).isZero();
    }

    @Test
    void hupChangesWhatItCanAndSaysWhatNeedsARestart() throws IOException {
        Files.writeString(folder.resolve("greywhite"), "192.0.2.9\n192.0.2.10\n");
        write(
                "listen.udp = \"127.0.0.1:0\"",
                "rules.hosts = false",
                "rules.ipv4-network = 32",
                "store.save-file = \"state/save\"");
        try (Daemon daemon = Daemon.startWith(folder, "greydaemon.toml")) {
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.EARLY);
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.NEW);
            write(
                    "listen.udp = \"127.0.0.1:0\"",
                    "listen.socket-mode = \"0600\"",
                    "retry.delay = \"1s\"",
                    "rules.hosts = false",
                    "rules.ipv4-network = 32",
                    "store.save-file = \"state/save\"",
                    "store.save-interval = \"1s\"",
                    "exempt.white-list = \"greywhite\"",
                    "log.format = \"original\"");
            Daemon.pause(1100);
            daemon.signal("HUP");
            daemon.awaitLine(line -> line.equals("reload: 5 changes in greydaemon.toml"));
            assertThat(daemon.logLines())
                    .containsSubsequence(
                            "reload: listen.socket-mode 0666 -> 0600; needs a restart",
                            "reload: retry.delay 240s -> 1s",
                            "reload: store.save-interval 10m -> 1s",
                            "reload: exempt.white-list \"\" -> greywhite",
                            "reload: log.format logfmt -> original",
                            "reload: 2 entries from greywhite");
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.PASSED);
            daemon.awaitLine(line -> line.contains(" retry ok I192.0.2.1 Fa@b Tc@d"));
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            daemon.awaitLine(line -> line.equals("save status to state/save"));

            daemon.signal("HUP"); // What needs a restart still does.
            daemon.awaitLine(line -> line.equals("reload: 1 change in greydaemon.toml"));
            assertThat(greyctl("reload"))
                    .isEqualTo(
                            new Runs.Ended(
                                    0,
                                    List.of(
                                            "listen.socket-mode 0666 -> 0600; needs a restart",
                                            "2 entries from greywhite",
                                            "1 change in greydaemon.toml",
                                            "reloaded; only a restart changes"
                                                    + " listen.socket-mode")));
            assertThat(greyctl("status").status()).isZero();
        }
    }

    @Test
    void hupChangesTheReplyOfOpenConnections() throws IOException {
        String[] lines = {
            "listen.udp = \"127.0.0.1:0\"",
            "listen.policy = \"unix:" + folder.resolve("policy") + "\"",
            "rules.hosts = false",
            "store.save-file = \"state/save\""
        };
        write(lines);
        try (Daemon daemon = Daemon.startWith(folder, "greydaemon.toml");
                SocketChannel postfix =
                        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("policy")))) {
            assertThat(askPolicy(postfix))
                    .isEqualTo(
                            "action=DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in 240"
                                    + " seconds\n\n");
            write(
                    String.join("\n", lines),
                    "reply.text = \"450 4.2.0 come back\"",
                    "retry.delay = \"5m\"");
            daemon.signal("HUP");
            daemon.awaitLine(line -> line.equals("reload: 2 changes in greydaemon.toml"));
            assertThat(daemon.logLines())
                    .contains(
                            "reload: reply.text \"451 4.7.1 Greylisted, please try again in %s"
                                    + " seconds\" -> \"450 4.2.0 come back\"");
            assertThat(askPolicy(postfix)).isEqualTo("action=DEFER_IF_PERMIT 4.2.0 come back\n\n");
        }
    }

    private static String askPolicy(SocketChannel postfix) throws IOException {
        String request =
                """
                request=smtpd_access_policy
                protocol_state=RCPT
                client_address=192.0.2.1
                sender=a@b
                recipient=c@d

                """;
        postfix.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(512);
        while (!US_ASCII.decode(answer.duplicate().flip()).toString().endsWith("\n\n")) {
            if (postfix.read(answer) < 0) {
                throw new AssertionError("the daemon closed the connection");
            }
        }
        return US_ASCII.decode(answer.flip()).toString();
    }

    @Test
    void aBadFileIsRefusedAsAWholeAndTheOldOneRunsOn() throws IOException {
        write("listen.udp = \"127.0.0.1:0\"", "store.save-file = \"state/save\"");
        try (Daemon daemon = Daemon.startWith(folder, "greydaemon.toml")) {
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            write("retry.delay = \"1s\"", "retry.window = 24h", "log.fromat = \"original\"");
            Daemon.pause(1100);
            daemon.signal("HUP");
            daemon.awaitLine(line ->
                    line.equals(
                            "reload: the configuration from before goes on; mend"
                                    + " greydaemon.toml and reload"));
            assertThat(daemon.logLines())
                    .anyMatch(line -> line.startsWith("greydaemon.toml:2:"))
                    .anyMatch(line -> line.startsWith("greydaemon.toml:3:"));
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.EARLY);
            greyctlTellsOfTheRefusal();

            write("retry.delay = \"1s\"", "exempt.white-list = \"nowhere\"");
            daemon.signal("HUP");
            daemon.awaitLine(line -> line.endsWith("mend nowhere and reload"));
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.EARLY);
        }
    }

    private void greyctlTellsOfTheRefusal() throws IOException {
        Runs.Ended refused = greyctl("reload");
        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.said())
                .anyMatch(line -> line.startsWith("greydaemon.toml:2:"))
                .anyMatch(line -> line.startsWith("greydaemon.toml:3:"))
                .contains(
                        "greyctl: the configuration from before goes on; mend greydaemon.toml and"
                                + " reload");
        Runs.Ended status = greyctl("status");
        assertThat(status.status()).isEqualTo(1);
        assertThat(status.said())
                .anyMatch(line ->
                        line.startsWith("PROBLEM    configuration: the last reload was refused"));
        Runs.Ended json = greyctl("status", "--json");
        for (int i = 0; i < 60 && !json.said().getFirst().contains("degraded"); i++) {
            json = greyctl("status", "--json"); // It is looked at once a second.
        }
        assertThat(json.said())
                .singleElement()
                .asString() // As the dashboard says it.
                .contains("\"state\":\"degraded\",\"why\":[\"configuration: the last reload was");
    }

    private Runs.Ended greyctl(String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Daemon.root().resolve("greyctl").toString());
        command.addAll(List.of(words));
        command.addAll(List.of("--socket", folder.resolve("state/save.ctl").toString()));
        return Runs.in(folder, command);
    }

    private static int status(String... options) {
        List<String> command = new ArrayList<>(List.of(Daemon.root().resolve("greydaemon") + ""));
        command.addAll(List.of(options));
        return Runs.program(command.toArray(String[]::new));
    }
}
