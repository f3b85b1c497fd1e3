package org.greydaemon.bench.month;

import org.greydaemon.config.Configuration;
import org.greydaemon.config.Sources;
import org.greydaemon.identity.Pools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A set of rules, a row of the table.
///
/// @param name what it is
/// @param toml the configuration, as in greydaemon.toml
/// @param poolsMissing per cent of the shipped list's pools, drawn by chance, are not known
/// @param listed per cent of the hosts that send good mail are on the list `list.dnswl.org`, and
///   pass; nobody else is
/// @param botNames what DNS confirms of bots' hosts, if that is not as in the other rows
record RulesRow(
        String name,
        String toml,
        double poolsMissing,
        double listed,
        Optional<Shares<String>> botNames) {
    static RulesRow read(Table table) {
        return new RulesRow(
                table.text("name"),
                table.text("toml"),
                table.number("pools-missing", 0),
                table.number("listed", 0),
                table.has("bots") ? Optional.of(table.shares("bots")) : Optional.empty());
    }

    /// The configuration.
    ///
    /// @param dice draw the pools that are missing
    /// @throws IllegalArgumentException if it has errors
    Configuration configuration(Dice dice) throws IOException {
        Path pools = Files.createTempFile("month", ".pools");
        Path file = Files.createTempFile("month", ".toml");
        try {
            Files.write(pools, missing(dice));
            String own = poolsMissing == 0 ? "" : "rules.pools = [\"%s\"]\n".formatted(pools);
            Files.writeString(file, own + toml);
            Sources.ReadConfiguration reading = new Sources(Optional.of(file), Map.of()).read();
            return reading.configuration()
                    .orElseThrow(() ->
                            new IllegalArgumentException(
                                    "rules '" + name + "': " + reading.errors()));
        } finally {
            Files.delete(file);
            Files.delete(pools);
        }
    }

    private List<String> missing(Dice dice) {
        return Pools.builtIn().facts().keySet().stream()
                .filter(_ -> dice.percent(poolsMissing))
                .map(domain -> "!" + domain)
                .toList();
    }
}
