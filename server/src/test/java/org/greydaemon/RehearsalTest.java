package org.greydaemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.server.SteadyClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

final class RehearsalTest {
    private final SteadyClock clock =
            new SteadyClock(System::currentTimeMillis, System::nanoTime, SteadyClock.RELEASED);

    @TempDir private Path ofTheDaemon;
    private volatile boolean isAnswered = true;

    private Rehearsal rehearsal(String rules, String format, long wanted) throws IOException {
        Path toml = ofTheDaemon.resolve("greydaemon.toml");
        Files.writeString(
                toml, "rules.set = \"%s\"\nlog.format = \"%s\"\n".formatted(rules, format));
        String[] arguments = {
            "--config", toml.toString(), "127.0.0.1:1999", ofTheDaemon.resolve("save").toString()
        };
        DaemonSettings settings = DaemonCommand.parse(arguments).settings().orElseThrow();
        return new Rehearsal(settings, clock, wanted, () -> isAnswered);
    }

    @ParameterizedTest
    @CsvSource({"original, original", "modern, logfmt", "modern, json"})
    void asManyQuestionsAreAnsweredAsAreWanted(String rules, String format) throws IOException {
        assertThat(rehearsal(rules, format, 1000).play()).isEqualTo(1000);
        assertThat(rehearsal(rules, format, 0).play()).isZero();
    }

    /// Everybody waits for this daemon then.
    @Test
    void nothingIsRehearsedWhenTheOtherDaemonIsGone() throws IOException {
        isAnswered = false;
        assertThat(rehearsal("original", "original", 1000).play()).isZero();
    }

    /// Whoever kills it leaves nothing behind.
    @Test
    void thereIsNoFileAtAnyTime() throws IOException {
        assertThat(rehearsal("modern", "logfmt", 1000).play()).isEqualTo(1000);
        assertThat(ofTheDaemon).isDirectoryContaining("glob:**greydaemon.toml");
        try (Stream<Path> files = Files.list(ofTheDaemon)) {
            assertThat(files).hasSize(1);
        }
    }
}
