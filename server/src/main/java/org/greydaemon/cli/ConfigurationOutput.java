package org.greydaemon.cli;

import org.greydaemon.cli.DaemonCommand.Parsed;
import org.greydaemon.config.Configuration;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.config.Printed;
import org.greydaemon.config.Sources;
import org.greydaemon.config.Surroundings;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.Lint;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mistake.MistakeException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the command line wants to see of a configuration instead of a daemon.
///
/// @param check `--check-config`
/// @param print `--print-config`
/// @param sample `--sample-config`
/// @param takesOver `--take-over`, for who wants a daemon
record ConfigurationOutput(boolean check, boolean print, boolean sample, boolean takesOver) {
    /// Whether it can be done without a configuration.
    boolean needsNothing() {
        return sample;
    }

    /// Reads the configuration, and does with it what was asked for.
    Parsed of(Sources sources) {
        if (sample) {
            Printed.sample().forEach(System.out::println);
            return done();
        }
        Sources.ReadConfiguration reading = sources.read();
        if (reading.configuration().isEmpty()) {
            return sources.file().isEmpty()
                    ? wrongUsage(reading.errors())
                    : wrong(reading.errors(), reading.warnings());
        }
        Configuration configuration = reading.configuration().get();
        if (print) {
            reading.warnings().forEach(ConfigurationOutput::complain);
            Printed.settings(configuration).forEach(System.out::println);
            return done();
        }
        if (check) {
            return checked(sources, configuration, reading.warnings());
        }
        return new Parsed(sources, Optional.of(configuration), reading.warnings(), 0, takesOver);
    }

    /// Looks also at what a start would need of the machine: white list and exemption files, the
    /// user, the folder.
    private static Parsed checked(
            Sources sources, Configuration configuration, List<String> warnings) {
        List<String> errors = new ArrayList<>();
        List<String> all = new ArrayList<>(warnings);
        try {
            all.addAll(oddities(configuration.settings()));
        } catch (MistakeException e) {
            errors.addAll(e.problems());
        }
        Surroundings surroundings = new Surroundings(configuration, sources.file());
        errors.addAll(surroundings.errors());
        all.addAll(surroundings.warnings());
        if (!errors.isEmpty()) {
            return wrong(errors, all);
        }
        all.forEach(ConfigurationOutput::complain);
        String what = sources.file().map(Object::toString).orElse("command line");
        System.out.println(what + ": no errors, warnings: " + all.size());
        return done();
    }

    /// What can be used, and should be thought about.
    private static List<String> oddities(DaemonSettings settings) throws MistakeException {
        ExemptionLists lists = settings.exemptionLists();
        long wall = System.currentTimeMillis() / 1000;
        List<String> odd = new ArrayList<>(lists.whiteList().warnings());
        Exemptions all = Exemptions.of(lists, AllowedLines.NONE, wall);
        Lint.of(all, wall, Optional.empty()).forEach(finding -> odd.add(finding.toString()));
        return odd.stream().distinct().toList(); // What the log says, lint says too.
    }

    private static Parsed wrong(List<String> errors, List<String> warnings) {
        errors.forEach(ConfigurationOutput::complain);
        warnings.forEach(ConfigurationOutput::complain);
        return nothing(ExitStatus.CONFIGURATION);
    }

    static Parsed wrongUsage(List<String> errors) {
        errors.forEach(error -> complain(error + "; greydaemon --help shows the options"));
        return nothing(ExitStatus.USAGE);
    }

    private static void complain(String problem) {
        System.err.println("greydaemon: " + EscapedText.shown(problem));
    }

    /// Nothing is left to do.
    static Parsed done() {
        return nothing(ExitStatus.STOPPED);
    }

    private static Parsed nothing(ExitStatus status) {
        return new Parsed(
                new Sources(Optional.empty(), Map.of()),
                Optional.empty(),
                List.of(),
                status.number(),
                false);
    }
}
