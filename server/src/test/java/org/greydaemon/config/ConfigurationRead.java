package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A configuration file in a folder of its own, as a start reads it.
abstract class ConfigurationRead {
    @TempDir Path folder;

    final Sources.ReadConfiguration read(String toml) throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(file, toml);
        return new Sources(Optional.of(file), Map.of()).read();
    }

    /// The errors, each without the folder.
    final List<String> errors(String toml) throws IOException {
        Sources.ReadConfiguration reading = read(toml);
        assertThat(reading.configuration().isEmpty()).isEqualTo(!reading.errors().isEmpty());
        return reading.errors().stream()
                .map(error -> error.replace("(" + folder + "/greydaemon.toml:", "(FILE:"))
                .map(error -> error.replace(folder + "/greydaemon.toml:", ""))
                .toList();
    }

    final DaemonSettings settings(String toml) throws IOException {
        return read(toml).configuration().orElseThrow().settings();
    }
}
