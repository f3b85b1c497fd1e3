package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The operator's tool against a real daemon, over its unix socket.
@Timeout(300)
final class GreyctlIT {
    private static final String CLIENT = "192.0.2.7";
    private static final String SENDER = "a@example.org";
    private static final String RECIPIENT = "b@example.net";

    @TempDir Path folder;

    /// What a run of greyctl has said.
    private record Said(int status, List<String> lines) {}

    private Path socket() {
        return folder.resolve("state/save.ctl");
    }

    private Process start(List<String> before, String... args) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Daemon.root().resolve("greyctl").toString());
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GREYCTL_SOCKET", socket().toString());
        return builder.start();
    }

    private Said greyctl(String... args) throws Exception {
        return said(start(List.of(), args));
    }

    private static Said said(Process process) throws Exception {
        process.getOutputStream().close();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
        return new Said(process.waitFor(), lines);
    }

    @Test
    void oneMailIsFollowedFromItsFirstAttemptToARestart() throws Exception {
        try (Daemon daemon = Daemon.start(folder, "-m", "0.05")) {
            assertThat(greyctl("check", CLIENT, SENDER, RECIPIENT))
                    .isEqualTo(new Said(1, List.of("defer, new, retry in 3 s")));
            assertThat(daemon.ask(CLIENT, SENDER, RECIPIENT)).isEqualTo(Reply.NEW);
            assertThat(greyctl("explain", CLIENT, SENDER, RECIPIENT).lines())
                    .anyMatch(line -> line.startsWith("  triplet         first seen "));
            assertThat(greyctl("list", "--client", "192.0.2.0/24").lines())
                    .hasSize(3)
                    .anyMatch(line ->
                            line.endsWith(CLIENT + "       <a@example.org> <b@example.net>"));
            assertThat(greyctl("allow", "--reason", "ticket 4711", CLIENT).status()).isZero();
            daemon.awaitLine(line -> line.endsWith("allowed 192.0.2.7: ticket 4711"));
            assertThat(greyctl("check", CLIENT, "x@y", "z@w").lines())
                    .containsExactly("accept, exempt");

            daemon.kill(); // What greyctl allowed is in a file of its own.
            assertThat(greyctl("status").status()).isEqualTo(3);
            assertThat(greyctl("status").lines())
                    .singleElement()
                    .asString()
                    .contains("no greydaemon runs there; start it");
            daemon.restart();
            assertThat(greyctl("check", CLIENT, "x@y", "z@w").lines())
                    .containsExactly("accept, exempt");
            assertThat(greyctl("disallow", CLIENT).status()).isZero();
            assertThat(greyctl("disallow", CLIENT).status()).isEqualTo(1);
            assertThat(greyctl("forget", "--sender", SENDER).lines())
                    .containsExactly("forgot 1 entry");
            assertThat(greyctl("save").lines()).containsExactly("saved");
            assertThat(Files.readString(daemon.saveFile())).isEmpty();
            assertThat(greyctl("reload").status()).isZero();
            assertThat(greyctl("status").lines())
                    .anyMatch(line -> line.equals("listening  udp " + daemon.listen()))
                    .anyMatch(line -> line.startsWith("entries    0 in "));
            assertThat(daemon.stop()).isZero();
            assertThat(socket()).doesNotExist();
        }
    }

    @Test
    void severalEntriesAreForgottenOnlyByYes() throws Exception {
        try (Daemon daemon = Daemon.start(folder)) {
            daemon.ask(CLIENT, SENDER, RECIPIENT);
            daemon.ask(CLIENT, SENDER, "c@example.net");
            assertThat(greyctl("forget", "--state", "waiting"))
                    .isEqualTo(new Said(1, List.of("forget 2 entries? [y/N] ")));
            assertThat(greyctl("forget", "--state", "waiting", "--dry-run").lines())
                    .containsExactly("would forget 2 entries");
            assertThat(greyctl("forget", "--state", "waiting", "--yes").lines())
                    .containsExactly("forgot 2 entries");
            assertThat(greyctl("forget").lines())
                    .singleElement()
                    .asString()
                    .startsWith("greyctl: nothing says which entries to forget");
        }
    }

    @Test
    void whatIsExportedCanBeImportedWhereItIsMissing() throws Exception {
        Path file = folder.resolve("export");
        try (Daemon daemon = Daemon.start(folder)) {
            daemon.ask(CLIENT, SENDER, RECIPIENT);
            daemon.ask(CLIENT, "", "cafe@example.net");
            Files.writeString(file, "I " + Instant.now().getEpochSecond() + " 203.0.113.9\n");
            greyctl("import", file.toString());
            List<String> lines = greyctl("export").lines();
            assertThat(lines)
                    .hasSize(3)
                    .anyMatch(line -> line.matches("I [0-9]{10} 203\\.0\\.113\\.9"))
                    .anyMatch(line -> line.matches("G [0-9]{10} 192\\.0\\.2\\.7 \\. cafe@.*"));
            Files.write(file, lines);
            Files.writeString(file, "what?\n", StandardOpenOption.APPEND);
            greyctl("forget", "--state", "waiting", "--yes");
            assertThat(greyctl("import", "--dry-run", file.toString()).lines())
                    .containsExactly(
                            "read 1 proven clients, 0 proven networks, 2 triplets",
                            "malformed: 1 lines, the first is line 4: 'what?' is no line of a save"
                                    + " file",
                            "would remember 2 of 3 entries; 1 are too old or known already");
            assertThat(greyctl("import", file.toString()).status()).isEqualTo(1);
            daemon.awaitLine(line ->
                    line.contains("imported entries: ") && line.contains("\"malformed_lines\":1"));
            assertThat(greyctl("export").lines()).containsExactlyInAnyOrderElementsOf(lines);
            assertThat(greyctl("import", folder.resolve("none").toString()))
                    .satisfies(said -> assertThat(said.status()).isEqualTo(1));
        }
    }

    @Test
    void nobodyElseMayAsk() throws Exception {
        Tools.requireRoot();
        Tools.require("setpriv", "util-linux");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Daemon _ = Daemon.start(folder)) {
            assertThat(Files.getPosixFilePermissions(socket()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
            Said said =
                    said(
                            start(
                                    List.of(
                                            "setpriv",
                                            "--reuid=65534",
                                            "--regid=65534",
                                            "--clear-groups"),
                                    "status"));
            assertThat(said.status()).isEqualTo(3);
            assertThat(said.lines())
                    .singleElement()
                    .asString()
                    .contains("this user may not ask; be root");
        }
    }

    @Test
    void tailShowsDecisionsAsTheyAreMade() throws Exception {
        try (Daemon daemon = Daemon.start(folder)) {
            Process tail = start(List.of(), "tail", "--sender", "<a@example.org>");
            try (BufferedReader lines = tail.inputReader(UTF_8)) {
                // Whatever is asked before it watches is not shown.
                for (int i = 0; i < 300 && !lines.ready(); i++) {
                    daemon.ask(CLIENT, "other@example.org", RECIPIENT);
                    daemon.ask(CLIENT, SENDER, "to" + i + "@example.net");
                    Daemon.pause(100);
                }
                assertThat(lines.readLine())
                        .matches(
                                "[0-9:]{8} udp    new       192.0.2.7       <a@example.org>"
                                        + " <to[0-9]+@example.net>, retry in 5 min, asked by"
                                        + " 127.0.0.1:[0-9]+");
            } finally {
                tail.destroyForcibly().waitFor();
            }
            assertThat(daemon.ask(CLIENT, SENDER, RECIPIENT)).isEqualTo(Reply.NEW);
        }
    }

    /// As `greyctl tail | grep -m1 alice` does: no other mail may ever come.
    @Test
    void tailEndsWhenNobodyReads() throws Exception {
        try (Daemon daemon = Daemon.start(folder)) {
            Process tail = start(List.of(), "tail");
            try {
                try (BufferedReader lines = tail.inputReader(UTF_8)) {
                    for (int i = 0; i < 300 && !lines.ready(); i++) {
                        daemon.ask(CLIENT, SENDER, "to" + i + "@example.net");
                        Daemon.pause(100);
                    }
                    assertThat(lines.readLine()).contains(SENDER);
                }
                assertThat(tail.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(tail.exitValue()).isZero();
            } finally {
                tail.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void topPrintsOnePictureWhereNobodyLooks() throws Exception {
        try (Daemon daemon = Daemon.start(folder, "-m", "0.02")) {
            daemon.ask(CLIENT, SENDER, RECIPIENT);
            daemon.ask("192.0.2.8", SENDER, RECIPIENT);
            while (!daemon.ask(CLIENT, SENDER, RECIPIENT).equals(Reply.PASSED)) {
                Daemon.pause(200);
            }
            Said said = greyctl("top");
            assertThat(said.status()).isZero();
            assertThat(said.lines())
                    .anyMatch(line -> line.matches("greydaemon .*, process [0-9]+, up .*"))
                    .anyMatch(line -> line.startsWith("3 entries in "))
                    .anyMatch(line -> line.matches("  passed +1 +1 +new +2 +2"))
                    .anyMatch(line ->
                            line.matches(
                                    "[0-9]+ s +[0-9]+ (s|min) ago +192.0.2.7 +<a@example.org>"))
                    .anyMatch(line -> line.matches("192.0.2.0/24 +3 +1 +[01]"))
                    .noneMatch(line -> line.contains("\u001b"));
            assertThat(greyctl("top", "--json").lines())
                    .singleElement()
                    .asString()
                    .startsWith("{\"ok\":true,")
                    .contains("\"networks\":[{\"network\":\"192.0.2.0/24\",\"entries\":3,");
            assertThat(greyctl("top", "--interval", "0").status()).isEqualTo(2);
        }
    }

    /// A program in a terminal of its own, where Ctrl-C counts though who runs the tests ignores
    /// it.
    private static ProcessBuilder terminal(String command, Path seen) {
        return new ProcessBuilder(
                "env", "--default-signal", "script", "-qefc", command, seen.toString());
    }

    @Test
    void topOutlivesARestartAndLeavesTheTerminalAsItWas() throws Exception {
        Tools.require("script", "bsdutils");
        Path seen = folder.resolve("terminal");
        try (Daemon daemon = Daemon.start(folder)) {
            String top = Daemon.root().resolve("greyctl") + " top --interval 1";
            ProcessBuilder builder = terminal("exec " + top, seen);
            builder.environment().put("GREYCTL_SOCKET", socket().toString());
            builder.environment().put("TERM", "xterm");
            Process terminal = builder.redirectErrorStream(true).start();
            try {
                await(seen, "\u001b\\[\\?1049h.* process " + daemon.pid() + ",");
                daemon.kill();
                await(seen, "THE FIGURES ARE OLD ");
                daemon.restart();
                await(seen, "asking.* process " + daemon.pid() + ",");
                terminal.getOutputStream().write(3); // Ctrl-C
                terminal.getOutputStream().flush();
                await(seen, "\u001b\\[\\?1049l[^\u001b]*$");
                assertThat(terminal.waitFor()).isEqualTo(130);
            } finally {
                terminal.destroyForcibly().waitFor();
            }
        }
    }

    /// In a shell, as an operator does it.
    @Test
    void topStopsForAWhileAndEndsWithQ() throws Exception {
        Tools.require("script", "bsdutils");
        Path seen = folder.resolve("terminal");
        try (Daemon daemon = Daemon.start(folder)) {
            ProcessBuilder builder = terminal("bash --norc -i", seen);
            builder.environment().put("GREYCTL_SOCKET", socket().toString());
            builder.environment().put("TERM", "xterm");
            Process terminal = builder.redirectErrorStream(true).start();
            try {
                type(terminal, Daemon.root().resolve("greyctl") + " top --interval 1\n");
                await(seen, "\u001b\\[\\?1049h.* process " + daemon.pid() + ",");
                type(terminal, "\u001a"); // Ctrl-Z
                await(seen, "\u001b\\[\\?1049l.*Stopped");
                type(terminal, "stty -a | tr ';' '\\n' | grep -c -- ' -icanon\\| -echo '; fg\n");
                await(seen, "[\nl\r]0\r\n.*\u001b\\[\\?1049h.* process " + daemon.pid() + ",");
                type(terminal, "q");
                await(seen, "\u001b\\[\\?1049l.*\u001b\\[\\?1049l[^\u001b]*");
                type(terminal, "echo ended=$?\n");
                await(seen, "ended=0\r\n");
                type(terminal, "exit\n");
                assertThat(terminal.waitFor()).isZero();
            } finally {
                terminal.destroyForcibly().waitFor();
            }
        }
    }

    private static void type(Process terminal, String keys) throws IOException {
        terminal.getOutputStream().write(keys.getBytes(UTF_8));
        terminal.getOutputStream().flush();
    }

    @Test
    void whoReadsOnlyTheHeadOfAListMakesNoError() throws Exception {
        Files.createDirectories(folder.resolve("state"));
        StringBuilder save = new StringBuilder();
        long now = System.currentTimeMillis() / 1000;
        for (int i = 0; i < 20_000; i++) {
            save.append("I %d 10.0.%d.%d\n".formatted(now, i >> 8, i & 255));
        }
        Files.writeString(folder.resolve("state/save"), save);
        try (Daemon daemon = Daemon.start(folder)) {
            Process shell =
                    start(
                            List.of("bash", "-c", "set -o pipefail; \"$0\" \"$@\" | head -n 2"),
                            "list");
            assertThat(said(shell).lines()).hasSize(2);
            assertThat(shell.waitFor()).isZero();
            Process full = start(List.of("bash", "-c", "\"$0\" \"$@\" >/dev/full"), "export");
            assertThat(said(full))
                    .isEqualTo(
                            new Said(
                                    3,
                                    List.of(
                                            "greyctl: standard output: No space left on device;"
                                                    + " what was printed is cut off")));
            assertThat(daemon.stop()).isZero();
        }
    }

    private static void await(Path file, String pattern) throws IOException {
        Pattern wanted = Pattern.compile(pattern, Pattern.DOTALL);
        String text = "";
        for (int i = 0; i < 600; i++) {
            // What is not written to its end may end within a character.
            text = Files.exists(file) ? Files.readString(file, ISO_8859_1) : "";
            if (wanted.matcher(text).find()) {
                return;
            }
            Daemon.pause(100);
        }
        throw new AssertionError("the terminal did not show " + pattern + " but:\n" + text);
    }

    /// The lines together would not find room in a heap that is small for so few, as the usual one
    /// is for millions.
    @Test
    void entriesAreListedByADaemonWhoseHeapTheyDoNotFitInto() throws Exception {
        int entries = 200_000;
        Files.createDirectories(folder.resolve("state"));
        long now = System.currentTimeMillis() / 1000;
        try (BufferedWriter save = Files.newBufferedWriter(folder.resolve("state/save"))) {
            for (int i = 0; i < entries; i++) {
                save.write(
                        "I "
                                + now
                                + " 10."
                                + (i >> 16)
                                + "."
                                + (i >> 8 & 255)
                                + "."
                                + (i & 255)
                                + "\n");
            }
        }
        try (Daemon daemon =
                Daemon.startUnder(List.of("env", "GREYDAEMON_JAVA_OPTS=-Xmx24m"), folder)) {
            Process list = start(List.of(), "list", "--json");
            long count = 0;
            String last = "";
            try (BufferedReader lines = list.inputReader(UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    count++;
                    last = line;
                }
            }
            assertThat(list.waitFor()).isZero();
            assertThat(count).isEqualTo(entries + 1);
            assertThat(last).isEqualTo("{\"ok\":true,\"entries\":200000}");
            assertThat(daemon.ask(CLIENT, SENDER, RECIPIENT)).isEqualTo(Reply.NEW);
        }
    }
}
