package org.greydaemon.cli;

import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

import java.util.List;
import java.util.Optional;

/// What no command takes for a value: nothing, as an unset variable of a script leaves it, control
/// characters, and whole files. Stateless.
final class GivenValues {
    /// A path of Linux is no longer.
    private static final int LENGTH_MAX = 4096;

    /// The one text whose absence means something: the null sender.
    private static final String SENDER = "sender";

    private static final String REASON = "--reason";

    private GivenValues() {}

    /// What is wrong with the first one that cannot be meant, and what to do.
    static Optional<String> problem(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            String name = option.longestName();
            Optional<String> wrong =
                    problem(option, name.equals("--" + SENDER))
                            .map(what -> name + ": " + what + ", or leave the option out");
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        for (PositionalParamSpec parameter : parsed.matchedPositionals()) {
            String name = parameter.paramLabel();
            boolean isLong = parsed.commandSpec().name().equals("ask"); // Has a bound of its own.
            Optional<String> wrong =
                    problem(parameter, name.equals(SENDER))
                            .filter(what -> !isLong || what.startsWith("it is empty"))
                            .map(what -> name + ": " + what);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problem(ArgSpec arg, boolean mayBeEmpty) {
        List<String> values = arg.stringValues();
        for (String value : values) {
            boolean isEmpty = mayBeEmpty ? value.isBlank() && !value.isEmpty() : value.isBlank();
            if (isEmpty && (arg.arity().max() > 0 || arg.isPositional())) {
                return Optional.of("it is empty; give a value");
            }
            if (value.length() > LENGTH_MAX) {
                return Optional.of(
                        "it has %d characters, more than %d; give a shorter value"
                                .formatted(value.length(), LENGTH_MAX));
            }
            if (value.chars().anyMatch(c -> (c < ' ' && !isBlank(arg, c)) || c == 0x7f)) {
                return Optional.of("it has a control character; give a value without");
            }
        }
        return Optional.empty();
    }

    /// A tab stands between words, as in a file; a reason may be a whole note.
    private static boolean isBlank(ArgSpec arg, int c) {
        boolean isReason = arg instanceof OptionSpec option && option.longestName().equals(REASON);
        return isReason ? Character.isWhitespace(c) : c == '\t' && arg.isPositional();
    }

    /// A sentence in which words of any length may stand that somebody has typed, each cut to what
    /// fits a terminal.
    static String cut(String sentence) {
        return sentence.replaceAll("(\\S{300})\\S{100,}", "$1...");
    }
}
