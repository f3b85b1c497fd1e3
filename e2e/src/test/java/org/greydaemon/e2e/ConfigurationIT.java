package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
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
        assertThat(status("--config", sample, "--check-config")).isZero();
    }

    private static int status(String... options) {
        List<String> command = new ArrayList<>(List.of(Daemon.root().resolve("greydaemon") + ""));
        command.addAll(List.of(options));
        return Runs.program(command.toArray(String[]::new));
    }
}
