package org.greydaemon.config;

import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.mistake.MistakeException;

import java.nio.file.Path;
import java.util.ArrayList;
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

    /// Reads and checks, for a start.
    public ReadConfiguration read() {
        return read(false, new Problems());
    }

    /// Reads and checks again. What came by a pipe is refused, see {@link PipedFiles}.
    public ReadConfiguration readAgain() {
        Problems problems = new Problems();
        return PipedFiles.isGone(file, problems)
                ? new ReadConfiguration(Optional.empty(), problems.errors(), problems.warnings())
                : read(true, problems);
    }

    private ReadConfiguration read(boolean again, Problems problems) {
        Map<String, Written> all = new LinkedHashMap<>();
        file.ifPresent(path -> all.putAll(TomlFile.read(path, problems)));
        all.putAll(commandLine);
        new SecretFiles(all, file).keepOut(all, problems);
        if (again) {
            PipedFiles.keepOut(all, problems);
        }
        RuleSet rules = file.isPresent() ? RuleSet.MODERN : RuleSet.ORIGINAL;
        Values values = Values.read(all, rules, problems);
        new Checks(values, file, problems).run(problems.errors().isEmpty());
        if (problems.errors().isEmpty()) {
            Configuration configuration = new Configuration(values);
            return new ReadConfiguration(
                    Optional.of(configuration), List.of(), problems.warnings());
        }
        List<String> errors = new ArrayList<>(problems.errors());
        errors.addAll(ofLists(values));
        return new ReadConfiguration(Optional.empty(), errors, problems.warnings());
    }

    /// What is wrong in the files that could be made out, so that all is said at once.
    private static List<String> ofLists(Values values) {
        try {
            ExemptionLists _ = ExemptSettings.of(values).lists();
            return List.of();
        } catch (MistakeException e) {
            return e.problems();
        }
    }
}
