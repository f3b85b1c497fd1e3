package org.greydaemon.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the configuration comes from. A reload reads it again.
///
/// @param file greydaemon.toml, if there is one
/// @param commandLine what the command line says, by key; it overrides the file
public record Sources(Optional<Path> file, Map<String, Written> commandLine) {
    /// What came of reading.
    ///
    /// @param configuration empty if there are errors
    /// @param errors for the operator, all of them
    /// @param warnings for the operator
    public record ReadConfiguration(
            Optional<Configuration> configuration, List<String> errors, List<String> warnings) {}

    /// Reads and checks.
    public ReadConfiguration read() {
        Problems problems = new Problems();
        Map<String, Written> all = new LinkedHashMap<>();
        file.ifPresent(path -> all.putAll(TomlFile.read(path, problems)));
        all.putAll(commandLine);
        RuleSet rules = file.isPresent() ? RuleSet.MODERN : RuleSet.ORIGINAL;
        Values values = Values.read(all, rules, problems);
        if (problems.errors().isEmpty()) {
            new Checks(values, file.isPresent(), problems).run();
        }
        Optional<Configuration> configuration =
                problems.errors().isEmpty()
                        ? Optional.of(new Configuration(values))
                        : Optional.empty();
        return new ReadConfiguration(configuration, problems.errors(), problems.warnings());
    }
}
