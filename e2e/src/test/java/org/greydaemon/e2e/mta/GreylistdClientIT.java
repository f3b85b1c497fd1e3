package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// greylistd's own client program, Debian's `greylist`, asks this daemon.
final class GreylistdClientIT {
    private static final String ENTRY =
            "  [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}      -  ";

    /// What the client makes of an empty answer, which is what greylistd sends for empty lists too.
    private static final String NOTHING = "(No response from greylistd)";

    @TempDir Path folder;

    private int runs;

    /// What it says; its answer to the shell in front.
    private String greylist(String... words) throws IOException {
        return greylist(0, words);
    }

    private String greylist(int expectedStatus, String... words) throws IOException {
        String program = Files.readString(Tools.requireUnpacked("greylistd", "usr/bin/greylist"));
        Path client =
                Files.writeString(
                        folder.resolve("greylist"),
                        program.replace("/var/run/greylistd/socket", socket().toString())
                                .replace("/etc/greylistd/config", "/nonexistent"));
        List<String> command =
                new ArrayList<>(
                        List.of(Tools.require("python3", "python3").toString(), client.toString()));
        command.addAll(List.of(words));
        Path output = folder.resolve("output" + runs++);
        int status = Host.start(output, command);
        assertThat(status).as(Host.read(output)).isEqualTo(expectedStatus);
        return Host.read(output).stripTrailing();
    }

    private Path socket() {
        return folder.resolve("socket");
    }

    @Test
    void itsWordsAreAnsweredAsGreylistdDoes() throws IOException {
        long longAgo = System.currentTimeMillis() / 1_000 - 600;
        Path state = Files.createDirectories(folder.resolve("daemon/state"));
        Files.writeString(
                state.resolve("save"), "G " + longAgo + " 192.0.2.1 a@example.org b@example.net\n");
        try (Daemon daemon = Daemon.start(folder.resolve("daemon"), "--policy=unix:" + socket())) {
            assertThat(greylist("status", "192.0.2.7", "a@example.org", "b@example.net"))
                    .isEqualTo("unseen");
            assertThat(greylist("check", "192.0.2.7", "a@example.org", "b@example.net"))
                    .isEqualTo("grey");
            assertThat(greylist("status", "192.0.2.7", "a@example.org", "b@example.net"))
                    .isEqualTo("unseen");
            assertThat(greylist("update", "192.0.2.7", "A@example.org", "b@example.net"))
                    .isEqualTo("grey");
            assertThat(greylist("status", "192.0.2.7", "a@example.org", "b@example.net"))
                    .isEqualTo("grey");
            assertThat(greylist("update", "--white", "192.0.2.1", "a@example.org", "b@example.net"))
                    .isEqualTo("true");
            assertThat(greylist("delete", "192.0.2.1")).isEqualTo("Removed from whitelist");
            assertThat(greylist("delete", "192.0.2.1")).isEqualTo("error: Not found");
            assertThat(greylist("add", "192.0.2.2")).isEqualTo("Added to whitelist");
            daemon.kill();
            daemon.restart();
            assertThat(greylist("status", "192.0.2.1", "x@example.org", "b@example.net"))
                    .isEqualTo("unseen");
            assertThat(greylist("status", "192.0.2.2", "x@example.org", "b@example.net"))
                    .isEqualTo("white");
            assertThat(greylist("stats")).startsWith("Statistics since ");
            assertThat(greylist("save")).isEqualTo("greylistd data has been saved");
        }
    }

    @Test
    void listShowsWhatClearForgets() throws IOException {
        try (Daemon daemon = Daemon.start(folder.resolve("daemon"), "--policy=unix:" + socket())) {
            assertThat(greylist(1, "list")).endsWith(NOTHING);
            greylist("update", "192.0.2.1", "a@example.org", "b@example.net");
            greylist("update", "2001:db8::1", "c@example.org", "b@example.net");
            greylist("add", "192.0.2.2");
            assertThat(greylist("list", "--grey").lines().skip(1).limit(3))
                    .containsExactly(
                            "Greylist data:",
                            "==============",
                            "  Last Seen            Count  Data");
            assertThat(greylist("list").lines())
                    .anyMatch(line -> line.matches(ENTRY + "192.0.2.1 a@example.org b@example.net"))
                    .anyMatch(
                            line -> line.matches(ENTRY + "2001:db8::1 c@example.org b@example.net"))
                    .anyMatch(line -> line.matches(ENTRY + "192.0.2.2"))
                    .hasSize(11);
            assertThat(greylist("clear", "--grey")).isEqualTo("data and statistics cleared");
            assertThat(greylist("list").lines())
                    .containsExactly(
                            "",
                            "Whitelist data:",
                            "===============",
                            "  Last Seen            Count  Data",
                            greylist("list", "--white").lines().skip(4).findFirst().orElseThrow());
            assertThat(greylist("clear")).isEqualTo("data and statistics cleared");
            assertThat(greylist("stats")).contains("\n0 requests were answered grey\n");
            daemon.kill();
            daemon.restart();
            assertThat(greylist(1, "list")).endsWith(NOTHING);
        }
    }
}
