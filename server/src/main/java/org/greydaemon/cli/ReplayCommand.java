package org.greydaemon.cli;

import org.greydaemon.config.Configuration;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.config.Position;
import org.greydaemon.config.Sources;
import org.greydaemon.config.Written;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.replay.MessageAttempt;
import org.greydaemon.replay.ReadLines;
import org.greydaemon.replay.Replay;
import org.greydaemon.replay.TrialDaemon;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `greyctl replay`: what rules would have done with the mail of a log.
@Command(
        name = "replay",
        sortOptions = false,
        description = {
            "Plays the attempts of mail logs by the rules and prints how long good mail would have"
                    + " waited, and what would have been stopped.",
            "Asks no daemon."
        })
final class ReplayCommand implements Callable<Integer> {
    /// The configuration file of the Debian package.
    static final Path CONFIGURATION = Path.of("/etc/greydaemon/greydaemon.toml");

    /// Those of a configuration file in which nothing is written.
    private static final Map<String, Written> DEFAULTS =
            Map.of("rules.set", new Written.Text(new Position.ByDefault("rules.set"), "modern"));

    /// Exit status: a file cannot be used.
    private static final int UNREADABLE = 1;

    @Option(
            names = "--config",
            paramLabel = "file",
            description =
                    "The configuration that is running (/etc/greydaemon/greydaemon.toml if there is"
                            + " one, else the defaults).")
    private @Nullable Path config;

    @Option(
            names = "--with",
            paramLabel = "file",
            description = "Another configuration to compare it with; repeatable.")
    private List<Path> with = new ArrayList<>();

    @Option(
            names = "--good",
            paramLabel = "file",
            description =
                    "What mail is good: lines of an exemption file (what the log shows accepted in"
                            + " the end).")
    private @Nullable Path good;

    @Option(names = "--json", description = "Print a line of JSON.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    @Parameters(
            arity = "1..*",
            paramLabel = "log",
            description =
                    "Logs of greydaemon, Postfix or Exim, also packed by gzip, xz, bzip2, zstd, lz4"
                            + " or compress, in any order; - is standard input.")
    private List<String> files = List.of();

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one in.

    private final ReadLines counted = new ReadLines();

    @Override
    public Integer call() {
        try {
            Replay replay = new Replay(sides(), good());
            long began = System.nanoTime();
            List<String> read = play(replay);
            double seconds = (System.nanoTime() - began) / 1e9;
            ReplayReport report =
                    new ReplayReport(replay, counted, read, Optional.ofNullable(good), seconds);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(report.json());
            } else {
                report.text().forEach(out::println);
            }
            return 0;
        } catch (MistakeException e) {
            e.problems()
                    .forEach(problem -> spec.commandLine().getErr().println("greyctl: " + problem));
            return UNREADABLE;
        }
    }

    private List<Replay.Side> sides() throws MistakeException {
        List<Replay.Side> sides = new ArrayList<>();
        if (config != null) {
            sides.add(side(config));
        } else if (Files.exists(CONFIGURATION)) {
            sides.add(side(CONFIGURATION));
        } else {
            sides.add(side("defaults", new Sources(Optional.empty(), DEFAULTS)));
        }
        for (Path file : with) {
            sides.add(side(file));
        }
        return sides;
    }

    private static Replay.Side side(Path file) throws MistakeException {
        return side(file.toString(), new Sources(Optional.of(file), Map.of()));
    }

    private static Replay.Side side(String name, Sources sources) throws MistakeException {
        Sources.ReadConfiguration reading = sources.read();
        Configuration configuration =
                reading.configuration()
                        .orElseThrow(() ->
                                new MistakeException(
                                        reading.errors().stream()
                                                .map(error -> new Mistake("", error, ""))
                                                .toList()));
        DaemonSettings settings = configuration.settings();
        ExemptionLists lists = settings.exempt().lists();
        return new Replay.Side(
                name,
                new TrialDaemon(
                        settings.rules().covering(lists.waits()),
                        exemptions(lists),
                        settings.entriesMax()));
    }

    private Optional<Exemptions> good() throws MistakeException {
        if (good == null) {
            return Optional.empty();
        }
        return Optional.of(
                exemptions(
                        new ExemptionLists(
                                ClientList.EMPTY, List.of(ExemptionFile.read(good)), false)));
    }

    private static Exemptions exemptions(ExemptionLists lists) {
        return Exemptions.of(lists, AllowedLines.NONE, System.currentTimeMillis() / 1000);
    }

    /// Plays all logs in the order of time. They are read by a thread of its own, ahead of this.
    ///
    /// @return what was read
    private List<String> play(Replay replay) throws MistakeException {
        try (ReplayLogs logs = ReplayLogs.open(files, counted);
                ReadAhead ahead = new ReadAhead(logs.streams(), judges(replay))) {
            for (List<MessageAttempt> some = ahead.next(); !some.isEmpty(); some = ahead.next()) {
                some.forEach(replay::play);
            }
            replay.end();
            return logs.described();
        }
    }

    private static List<TrialDaemon> judges(Replay replay) {
        return replay.sides().stream().map(Replay.Side::daemon).toList();
    }
}
