package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `greydaemon --config /dev/stdin`: a reload would find an empty file, which is a good one.
@Timeout(60)
final class PipedFilesTest {
    private static final String PROBLEM =
            "is a pipe or a terminal, was read at the start and cannot be read again; start the"
                    + " daemon anew, or name a file";

    @TempDir Path folder;
    private final List<Process> writers = new ArrayList<>();
    private Path pipe = Path.of("");

    @BeforeEach
    void makeOne() throws Exception {
        Path fifo = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        // Below /proc it is taken for one that the process was given.
        pipe = Path.of("/proc/self/root" + fifo.toRealPath());
    }

    @AfterEach
    void endWriters() {
        writers.forEach(Process::destroyForcibly);
    }

    /// Waits until somebody reads.
    private void write(String text) throws IOException {
        writers.add(
                new ProcessBuilder("sh", "-c", "printf %s \"$0\" >\"$1\"", text, pipe.toString())
                        .start());
    }

    private Written.Text onCommandLine(String name) {
        return new Written.Text(new Position.OnCommandLine(name), pipe.toString());
    }

    @Test
    void aConfigurationThatCameByAPipeIsReadOnce() throws IOException {
        Sources sources = new Sources(Optional.of(pipe), Map.of());
        write("retry.delay = '5m'");
        Configuration read = sources.read().configuration().orElseThrow();
        assertThat(String.join("\n", Printed.settings(read))).contains("delay = \"300s\"");
        write("");
        Sources.ReadConfiguration again = sources.readAgain();
        assertThat(again.configuration()).isEmpty();
        assertThat(again.errors()).containsExactly(pipe + ": it " + PROBLEM);
    }

    /// The classic command line, and one with a file.
    @Test
    void soIsAList() throws IOException {
        for (Option<?> list : List.of(ExemptOptions.WHITE_LIST, ExemptOptions.EXEMPT_FILES)) {
            Map<String, Written> line = Map.of(list.key(), onCommandLine("-w"));
            Sources sources = new Sources(Optional.empty(), line);
            assertThat(sources.read().errors()).isEmpty();
            assertThat(sources.readAgain().errors())
                    .as(list.key())
                    .containsExactly("-w: " + pipe + " " + PROBLEM);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exempt.white-list", "exempt.files", "rules.pools"})
    void soIsAListThatAFileNames(String key) throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(file, key + " = \"" + pipe + "\"\n");
        write("");
        assertThat(new Sources(Optional.of(file), Map.of()).readAgain().errors())
                .containsExactly(file + ":1:1: " + key + ": " + pipe + " " + PROBLEM);
    }

    @Test
    void aFileIsReadAgainAndSoIsNothing() throws IOException {
        Path list = Files.writeString(folder.resolve("white"), "192.0.2.1\n");
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(file, "exempt.white-list = 'white'\nexempt.files = '/dev/null'\n");
        Sources.ReadConfiguration again = new Sources(Optional.of(file), Map.of()).readAgain();
        assertThat(again.errors()).isEmpty();
        assertThat(again.configuration().orElseThrow().settings().whiteList()).contains(list);
        assertThat(new Sources(Optional.of(Path.of("/dev/null")), Map.of()).readAgain().errors())
                .isEmpty();
    }
}
