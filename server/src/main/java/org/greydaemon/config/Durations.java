package org.greydaemon.config;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as the file has them, `240s`, `24h`, `1h30m`, and as numbers of the command line.
public final class Durations {
    /// Longer times than a century are a mistake.
    private static final Duration MAX = Duration.ofDays(100 * 366);

    // Possessive: a loop, and no recursion as deep as the text has parts.
    private static final Pattern FORM = Pattern.compile("(?:[0-9]{1,10}[smhdw])++");
    private static final Pattern PART = Pattern.compile("([0-9]+)([smhdw])");

    /// Durations of the file, from a second on.
    static final ValueKind<Duration> KIND =
            new TextKind<>("duration", "\"240s\"", Durations::parse, Durations::text);

    private Durations() {}

    /// Reads `240s`, `10m`, `24h`, `35d`, `2w`, or several of them in a row.
    ///
    /// @throws MistakeException if it is none, or not between a second and a century
    public static Duration parse(String text) throws MistakeException {
        if (!FORM.matcher(text).matches()) {
            throw new MistakeException(
                    Mistake.quoted(text) + " is no duration",
                    "write whole numbers with their units s, m, h, d or"
                            + " w, such as \"240s\" or \"1h30m\"");
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find() && sum.compareTo(MAX) <= 0) {
            sum = sum.plus(unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
        }
        if (sum.isZero() || sum.compareTo(MAX) > 0) {
            throw new MistakeException(
                    Mistake.quoted(text) + " is not between a second and a century",
                    "write such a duration");
        }
        return sum;
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }

    /// In the largest unit that makes a whole number worth reading: 240s, 10m, 24h, 35d.
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0 && seconds >= 2 * 86_400) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0 && seconds >= 2 * 3600) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 && seconds >= 600 ? seconds / 60 + "m" : seconds + "s";
    }

    /// Durations of the original's switches: a number of `unit`, which may have a fraction; seconds
    /// are rounded up: as the original compares whole seconds with the fraction, it makes no
    /// difference. 0 is the default.
    record NumberOf(Duration unit) implements ValueKind<Duration> {
        @Override
        public String name() {
            return "number";
        }

        @Override
        public String example() {
            return "5";
        }

        @Override
        public Optional<Duration> read(Written written, Duration byDefault, Problems problems) {
            // Not dividedBy: BigDecimal makes its tables for it, 30 ms of a start (async-profiler).
            long such = byDefault.toSeconds() / unit.toSeconds();
            String text = text(written, problems).orElse("");
            if (text.isEmpty()) {
                return Optional.of(byDefault);
            }
            try {
                double seconds = number(text, such) * unit.toSeconds();
                if (seconds == 0) {
                    String name = name(written.place());
                    problems.warning(
                            new Position.OnCommandLine(""),
                            name
                                    + " 0 means the default, "
                                    + such
                                    + (name.startsWith("--") ? "" : ", as it always has"));
                    return Optional.of(byDefault);
                }
                return Optional.of(Duration.ofSeconds((long) Math.ceil(seconds)));
            } catch (MistakeException e) {
                problems.error(written.place(), e.inOneLine());
                return Optional.empty();
            }
        }

        private static String name(Position place) {
            return place instanceof Position.OnCommandLine(String name) ? name : "";
        }

        private double number(String text, long such) throws MistakeException {
            double number;
            try {
                // Java reads 5d as a number, and whoever writes it means days.
                if (Character.isLetter(text.charAt(text.length() - 1))) {
                    throw new NumberFormatException();
                }
                number = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new MistakeException(
                        "'" + text + "' is no number", "give one, such as " + such);
            }
            if (!(number >= 0 && number * unit.toSeconds() <= MAX.toSeconds())) {
                throw new MistakeException(
                        text + " is not between 0 and a century", "give a number such as " + such);
            }
            return number;
        }

        @Override
        public String write(Duration value) {
            return KIND.write(value);
        }
    }
}
