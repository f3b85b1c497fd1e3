package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the daemon does at each signal.
final class SignalsIT {
    private static final String ENTRY = "G \\d+ 192.0.2.1 a@example.org b@example.net\n";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void termAndIntSaveAndStop(String signal) throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(daemon.ask("192.0.2.1", "a@example.org", "b@example.net"))
                    .isEqualTo(Reply.NEW);
            assertThat(daemon.stop(signal)).isZero();
            assertThat(Files.readString(daemon.saveFile())).matches(ENTRY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"USR1", "ALRM"})
    void usr1AndAlrmSaveNowAndTellFigures(String signal) throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(daemon.ask("192.0.2.1", "a@example.org", "b@example.net"))
                    .isEqualTo(Reply.NEW);
            daemon.signal(signal);
            assertThat(daemon.awaitLine(line -> line.startsWith("stats ")))
                    .contains(" entries=1 ", " new=1 ", " udp_received=1 ");
            daemon.awaitLine(line -> line.equals("save status to state/save"));
            assertThat(Files.readString(daemon.saveFile())).matches(ENTRY);
        }
    }

    @Test
    void hupWithNothingToReadIsSaidOnce() throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            daemon.signal("HUP");
            daemon.awaitLine(line -> line.startsWith("reload: there is no white list; "));
            daemon.signal("HUP");
            daemon.signal("USR1");
            daemon.awaitLine(line -> line.startsWith("stats ")); // Else the stop may come first.
            assertThat(daemon.stop()).isZero();
            assertThat(daemon.logLines())
                    .filteredOn(line -> line.startsWith("reload: there is no white list; "))
                    .hasSize(1);
        }
    }

    @Test
    void hupReadsTheWhiteListAgainAndKeepsTheOldOneIfTheNewIsBad() throws IOException {
        Path list = folder.resolve("greywhite");
        Files.writeString(list, "192.0.2.1\n");
        try (Daemon daemon = Daemon.start(folder, "-w", "greywhite")) {
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("198.51.100.7", "a@b", "c@d")).isEqualTo(Reply.NEW);

            Files.writeString(list, "198.51.100 # the new office\n");
            daemon.signal("HUP");
            daemon.awaitLine(line -> line.equals("reload: 1 entries from greywhite"));
            assertThat(daemon.ask("198.51.100.7", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);

            Files.writeString(list, "198.51.100\nmail.example.org\n");
            daemon.signal("HUP");
            assertThat(daemon.awaitLine(line -> line.startsWith("greywhite:2: ")))
                    .contains("'mail.example.org'");
            daemon.awaitLine(line -> line.startsWith("reload: the white list from before goes on"));
            assertThat(daemon.ask("198.51.100.8", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
        }
    }

    /// As `svc -h` right after `svc -u` does: there is no handler yet, or nobody to run it.
    @Test
    void signalsWhileItStartsDoNotEndIt() throws IOException {
        Daemon daemon = Daemon.launch(folder);
        try (daemon) {
            while (!daemon.hasStarted()) {
                for (String signal : new String[] {"HUP", "USR1", "ALRM"}) {
                    daemon.signal(signal);
                }
            }
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            assertThat(daemon.stop()).isZero();
        }
    }

    /// The JVM itself would leave it ignored, without a word.
    @Test
    void underNohupTooHupIsAReloadAndIntAStop() throws IOException {
        Path list = folder.resolve("greywhite");
        Files.writeString(list, "192.0.2.1\n");
        try (Daemon daemon =
                Daemon.startUnder(
                        List.of("sh", "-c", "trap '' HUP INT TERM; exec \"$@\"", "sh"),
                        folder,
                        "-w",
                        "greywhite")) {
            Files.writeString(list, "192.0.2.2\n192.0.2.4\n");
            daemon.signal("HUP");
            daemon.awaitLine(line -> line.equals("reload: 2 entries from greywhite"));
            assertThat(daemon.stop("INT")).isZero();
        }
    }
}
