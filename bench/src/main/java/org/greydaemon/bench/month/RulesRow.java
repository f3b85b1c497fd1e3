package org.greydaemon.bench.month;

import org.greydaemon.config.Configuration;
import org.greydaemon.config.Sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A set of rules, a row of the table.
///
/// @param name what it is
/// @param toml the configuration, as in greydaemon.toml
/// @param botNames what DNS confirms of bots' hosts, if that is not as in the other rows
record RulesRow(String name, String toml, Optional<Shares<String>> botNames) {
    static RulesRow read(Table table) {
        return new RulesRow(
                table.text("name"),
                table.text("toml"),
                table.has("bots") ? Optional.of(table.shares("bots")) : Optional.empty());
    }

    /// The configuration.
    ///
    /// @throws IllegalArgumentException if it has errors
    Configuration configuration() throws IOException {
        Path file = Files.createTempFile("month", ".toml");
        try {
            Files.writeString(file, toml);
            Sources.Reading reading = new Sources(Optional.of(file), Map.of()).read();
            return reading.configuration()
                    .orElseThrow(() ->
                            new IllegalArgumentException(
                                    "rules '" + name + "': " + reading.errors()));
        } finally {
            Files.delete(file);
        }
    }
}
