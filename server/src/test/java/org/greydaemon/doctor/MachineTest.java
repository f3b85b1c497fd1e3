package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

@Timeout(60)
final class MachineTest {
    private final Machine machine = new Machine();

    @Test
    void whatAProgramPrintsIsSaidIfItWorks() {
        assertThat(machine.run(List.of("cat"), "a\nb\n")).contains("a\nb\n");
        assertThat(machine.run(List.of("sh", "-c", "echo a; exit 1"), "")).isEmpty();
        assertThat(machine.run(List.of("there-is-no-such-program"), "")).isEmpty();
    }

    /// cron's PATH has no /usr/sbin, where postconf lies.
    @Test
    void programsLieWherePathMayNotLook(@TempDir Path folder) throws IOException {
        Path program = Files.writeString(folder.resolve("lies-there"), "#!/bin/sh\necho $1\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        List<String> command = List.of("lies-there", "a");
        assertThat(new Machine(List.of(Path.of("/nowhere"), folder)).run(command, ""))
                .contains("a\n");
        assertThat(machine.run(command, "")).isEmpty();
    }

    /// Whatever it does: nothing, with its output open, or itself or what it has started.
    @ParameterizedTest
    @ValueSource(strings = {"exec sleep 600", "echo a; sleep 600; echo b", "exec >&-; sleep 600"})
    void aProgramThatHangsIsEnded(String script) {
        assertThat(machine.run(List.of("sh", "-c", script), "", Duration.ofMillis(200))).isEmpty();
    }
}
