package org.greydaemon.config;

import org.greydaemon.mail.EscapedText;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What is wrong with a configuration, all of it at once. Confined to the thread that reads.
final class Problems {
    private record Problem(Position place, String text) {
        int line() {
            return switch (place) {
                case Position.InFile in -> in.line();
                case Position.OnCommandLine _, Position.ByDefault _ -> 0;
            };
        }

        @Override
        public String toString() {
            // It may repeat what a file or the command line holds, a path for example.
            return EscapedText.shown(place.problem(text));
        }
    }

    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /// Adds what makes the configuration unusable: what is wrong, with the value; what to do.
    void error(Position place, String text) {
        errors.add(new Problem(place, text));
    }

    /// Adds what the operator should know.
    void warning(Position place, String text) {
        warnings.add(new Problem(place, text));
    }

    /// For the operator, in the order of the lines.
    List<String> errors() {
        return sorted(errors);
    }

    /// For the operator, in the order of the lines.
    List<String> warnings() {
        return sorted(warnings);
    }

    private static List<String> sorted(List<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .map(Problem::toString)
                .toList();
    }
}
