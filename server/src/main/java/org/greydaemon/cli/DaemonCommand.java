package org.greydaemon.cli;

import org.greydaemon.config.Configuration;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.config.Option;
import org.greydaemon.config.Options;
import org.greydaemon.config.Position;
import org.greydaemon.config.Sources;
import org.greydaemon.config.Suggestions;
import org.greydaemon.config.Switch;
import org.greydaemon.config.Written;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The daemon's command line: the original's switches and those of the table {@link Options}, and
/// the ones about the configuration file. The manual page greydaemon(8) is checked against it.
public final class DaemonCommand {
    private static final String CONFIG = "--config";
    private static final String TAKE_OVER = "--take-over";

    private DaemonCommand() {}

    /// What came of reading a command line.
    ///
    /// @param sources where the configuration comes from
    /// @param configuration what to run with; empty if there is nothing to run
    /// @param warnings what the operator should know first
    /// @param exitStatus 0; 2 if the command line is wrong, 78 if the configuration file is; what
    ///   is wrong has been printed
    /// @param takesOver whether a daemon that runs is to make way (`--take-over`)
    public record Parsed(
            Sources sources,
            Optional<Configuration> configuration,
            List<String> warnings,
            int exitStatus,
            boolean takesOver) {
        /// What to run with.
        public Optional<DaemonSettings> settings() {
            return configuration.map(Configuration::settings);
        }
    }

    /// Reads a command line; prints help, what it is asked to print, and errors.
    public static Parsed parse(String... args) {
        CommandLine line = new CommandLine(spec()).setExpandAtFiles(false);
        try {
            ParseResult result = line.parseArgs(withPlaces(args));
            if (line.isUsageHelpRequested()) {
                line.usage(System.out);
                return ConfigurationOutput.done();
            }
            if (line.isVersionHelpRequested()) {
                System.out.println("greydaemon " + Version.text());
                return ConfigurationOutput.done();
            }
            boolean hasFile = result.hasMatchedOption(CONFIG);
            ConfigurationOutput output =
                    new ConfigurationOutput(
                            result.hasMatchedOption("--check-config"),
                            result.hasMatchedOption("--print-config"),
                            result.hasMatchedOption("--sample-config"),
                            result.hasMatchedOption(TAKE_OVER));
            if (!hasFile && !output.needsNothing()) {
                requireParameters(line, result);
            }
            Optional<Path> file =
                    hasFile
                            ? Optional.of(Path.of(result.matchedOptionValue(CONFIG, "")))
                            : Optional.empty();
            return output.of(new Sources(file, written(result)));
        } catch (UnmatchedArgumentException e) {
            return ConfigurationOutput.wrongUsage(List.of(unmatched(e, args)));
        } catch (ParameterException | java.nio.file.InvalidPathException e) {
            return ConfigurationOutput.wrongUsage(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static String unmatched(UnmatchedArgumentException e, String... args) {
        String first = e.getUnmatched().getFirst();
        if (!e.isUnknownOption()) {
            return "'"
                    + first
                    + "' is one argument too many; "
                    + parted(args).orElse("give options, the address and the save file");
        }
        String name = first.replaceFirst("(?s)=.*", "");
        List<String> names = spec().options().stream().map(OptionSpec::longestName).toList();
        return "Unknown option: '"
                + name
                + "'"
                + (name.startsWith("--") ? Suggestions.question(name, names, "") : "");
    }

    /// A switch for a place and what may have been meant for it, with a blank in between.
    private static Optional<String> parted(String... args) {
        for (int i = 0; i + 1 < args.length; i++) {
            String name = args[i];
            if (!withPlace(name).equals(name) && !args[i + 1].startsWith("-")) {
                return Optional.of(
                        "the place of %s stands behind a =, write %s=%s"
                                .formatted(name, name, args[i + 1]));
            }
        }
        return Optional.empty();
    }

    /// All switches and parameters.
    public static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("greydaemon");
        spec.usageMessage()
                .sortOptions(false)
                .abbreviateSynopsis(true)
                .customSynopsis(
                        "greydaemon [-d] [-u user] [-w file] [-s min] [-t days] [-g hours]"
                                + " [-m min] [--option=value ...] ipaddr[:port] savefile",
                        "greydaemon --config file [--option=value ...] [ipaddr[:port] [savefile]]")
                .description("Greylisting for mail servers. See greydaemon(8).");
        int parameters = 0;
        for (Option<?> option : Options.SWITCHES) {
            Switch<?> named = option.onCommandLine().orElseThrow();
            if (named.form() == Switch.Form.PARAMETER) {
                spec.addPositional(parameter(named, parameters++));
            } else {
                spec.addOption(option(named));
            }
        }
        spec.addOption(
                flag(
                        TAKE_OVER,
                        "Let the daemon that runs answer until this one does, and take its"
                                + " sockets."));
        spec.addOption(
                OptionSpec.builder(CONFIG)
                        .paramLabel("file")
                        .type(String.class)
                        .description(
                                "Configuration file, see greydaemon.toml(5); the other switches"
                                        + " override it.")
                        .build());
        spec.addOption(flag("--check-config", "Check the configuration and exit."));
        spec.addOption(
                flag(
                        "--print-config",
                        "Print every setting, its default and where it was set, and exit."));
        spec.addOption(
                flag("--sample-config", "Print a configuration file to begin with, and exit."));
        spec.addOption(
                OptionSpec.builder("--version")
                        .versionHelp(true)
                        .description("Show the version and exit.")
                        .build());
        spec.addOption(
                OptionSpec.builder("--help")
                        .usageHelp(true)
                        .description("Show this and exit.")
                        .build());
        return spec;
    }

    private static OptionSpec flag(String name, String help) {
        return OptionSpec.builder(name).type(boolean.class).arity("0").description(help).build();
    }

    private static OptionSpec option(Switch<?> named) {
        OptionSpec.Builder builder =
                OptionSpec.builder(named.name())
                        .paramLabel(named.label())
                        // Picocli reads texts of help as formats.
                        .description(named.help().replace("%", "%%"));
        return switch (named.form()) {
            case FLAG -> flag(named.name(), named.help());
            case VALUES -> builder.type(List.class).auxiliaryTypes(String.class).arity("1").build();
            case PLACES ->
                    builder.type(List.class).auxiliaryTypes(String.class).arity("0..1").build();
            case PLACE, LOG_PLACE -> builder.type(String.class).arity("0..1").build();
            case VALUE, PARAMETER -> builder.type(String.class).arity("1").build();
        };
    }

    private static PositionalParamSpec parameter(Switch<?> named, int index) {
        return PositionalParamSpec.builder()
                .index(String.valueOf(index))
                .paramLabel(named.label())
                .type(String.class)
                .arity("0..1") // With a file they may be missing; the synopsis says so.
                .hideParamSyntax(true)
                .description(named.help())
                .build();
    }

    /// A switch for a place has its value behind a `=`, or none: what follows `--policy` may be the
    /// address to listen at.
    private static String[] withPlaces(String... args) {
        return Arrays.stream(args).map(DaemonCommand::withPlace).toArray(String[]::new);
    }

    private static String withPlace(String arg) {
        return Options.SWITCHES.stream()
                .flatMap(option -> option.onCommandLine().stream())
                .filter(named -> named.name().equals(arg))
                .map(named ->
                        switch (named.form()) {
                            case PLACE, PLACES -> arg + "=127.0.0.1";
                            case LOG_PLACE -> arg + "=unix:/dev/log";
                            case FLAG, VALUE, VALUES, PARAMETER -> arg;
                        })
                .findFirst()
                .orElse(arg);
    }

    /// Without a file, the classic command line needs its two parameters.
    private static void requireParameters(CommandLine line, ParseResult result) {
        List<String> missing =
                line.getCommandSpec().positionalParameters().stream()
                        .filter(parameter -> !result.matchedPositionals().contains(parameter))
                        .map(parameter -> "'" + parameter.paramLabel() + "'")
                        .toList();
        if (!missing.isEmpty()) {
            throw new ParameterException(
                    line,
                    "Missing required parameter"
                            + (missing.size() > 1 ? "s" : "")
                            + ": "
                            + String.join(", ", missing));
        }
    }

    private static Map<String, Written> written(ParseResult result) {
        Map<String, Written> written = new LinkedHashMap<>();
        int parameters = 0;
        for (Option<?> option : Options.SWITCHES) {
            Switch<?> named = option.onCommandLine().orElseThrow();
            boolean parameter = named.form() == Switch.Form.PARAMETER;
            ArgSpec given =
                    parameter
                            ? result.matchedPositional(parameters++)
                            : result.matchedOption(named.name());
            if (given != null) {
                written.put(option.key(), written(named, given.stringValues()));
            }
        }
        return written;
    }

    private static Written written(Switch<?> named, List<String> values) {
        Position place = named.place();
        return switch (named.form()) {
            case FLAG -> new Written.Truth(place, true);
            case VALUE, PLACE, LOG_PLACE, PARAMETER -> new Written.Text(place, values.getFirst());
            case VALUES, PLACES -> {
                List<Written> items = new ArrayList<>();
                values.forEach(value -> items.add(new Written.Text(place, value)));
                yield new Written.Several(place, List.copyOf(items));
            }
        };
    }
}
