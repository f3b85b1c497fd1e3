package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// Starts that go wrong by their options or by a second daemon; {@link NewcomerIT} has the others.
final class StartIT {
    @TempDir Path folder;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "-m abc | greydaemon: -m: 'abc' is no number",
                "-g -1 | greydaemon: -g: -1 is not between 0 and a century",
                "-m 60 -g 1 | greydaemon: -m and -g: a retry is early for 3600 s and late from 3600"
                        + " s on",
                "--rules strange | greydaemon: Invalid value for option '--rules'",
                "-x | greydaemon: Unknown option: '-x'",
                "--allow host.example | greydaemon: --allow: 'host.example' is not an address",
            })
    void aWrongOptionIsNamed(String options, String sentence) {
        assertThat(Daemon.refusedStart(folder, options.split(" ", -1)).getFirst())
                .startsWith(sentence);
    }

    @Test
    void aSaveFileThatIsInUseIsNamed() {
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            // Both write to one log, and its line may be later than its answer.
            daemon.awaitLine(line -> line.contains(" new grey "));
            assertThat(Daemon.refusedStart(folder))
                    .containsExactly(
                            "greydaemon: state/save: another greydaemon uses this save file; stop"
                                    + " it, or name another file");
        }
    }

    @Test
    void zeroMeansTheDefaultWithAWarning() {
        try (Daemon daemon = Daemon.start(folder, "-m", "0")) {
            assertThat(daemon.logLines())
                    .contains("greydaemon: -m 0 means the default, 5, as it always has");
        }
    }

    /// Whoever gives way on a busy machine may be left waiting with a lock in hand that an answer
    /// needs.
    @Test
    void noThreadGivesWayToTheOthers() throws IOException {
        try (Daemon daemon = Daemon.start(folder);
                Stream<Path> threads = Files.list(Path.of("/proc", daemon.pid() + "", "task"))) {
            daemon.signal("USR1");
            daemon.awaitLine(line -> line.startsWith("stats "));
            int usual = niceness(Path.of("/proc", daemon.pid() + "")).orElseThrow();
            List<String> givesWay = new ArrayList<>();
            for (Path thread : threads.toList()) {
                Optional<String> name = Daemon.threadFile(thread.resolve("comm"));
                OptionalInt niceness = niceness(thread);
                if (name.isPresent() && niceness.isPresent() && niceness.getAsInt() != usual) {
                    givesWay.add(name.get().strip());
                }
            }
            assertThat(givesWay).isEmpty();
        }
    }

    /// A process's or thread's, if it has not ended.
    private static OptionalInt niceness(Path process) {
        // What follows the name begins with field 3, and 19 is the nice value (proc(5)).
        return Daemon.threadFile(process.resolve("stat"))
                .map(stat -> stat.replaceFirst(".*\\) ", "").split(" ", -1)[19 - 3])
                .map(Integer::parseInt)
                .map(OptionalInt::of)
                .orElseGet(OptionalInt::empty);
    }
}
