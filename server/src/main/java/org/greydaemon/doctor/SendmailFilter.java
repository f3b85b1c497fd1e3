package org.greydaemon.doctor;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A filter of a sendmail.cf, `Xname, S=socket, F=flags, T=C:5s;S:5s;R:5s;E:30s`, as Sendmail's
/// milter_setup reads it: of a word before `=` or `:` the first letter counts. Immutable.
///
/// @param name what InputMailFilters calls it
/// @param socket where it is asked; empty if nothing says so
/// @param flags what becomes of mail when it cannot be asked
/// @param waits how long Sendmail waits, as it is written
record SendmailFilter(String name, String socket, String flags, Map<Awaited, String> waits) {
    private static final Pattern LINE = Pattern.compile("(?m)^X([^,\\s]+)\\s*,(.*)$");
    private static final Pattern FIELD =
            Pattern.compile("\\s*([A-Za-z])[^=,]*=\\s*(\"[^\"]*\"|[^,]*),?");
    private static final Pattern TIME = Pattern.compile("([CSRE])[^:;]*:\\s*([^;]*)");
    private static final Pattern UNITS = Pattern.compile("(\\d{1,9})([smhdw]?)");
    private static final Pattern SOCKET = Pattern.compile("(?i)(unix|local|inet6?|):(.*)");

    /// What Sendmail waits for.
    enum Awaited {
        /// A connection.
        CONNECT('C', "5m"),
        /// That something can be sent.
        SEND('S', "10s"),
        /// An answer.
        READ('R', "10s"),
        /// The end of a message.
        END('E', "5m");

        private final char letter;
        private final String usual;

        Awaited(char letter, String usual) {
            this.letter = letter;
            this.usual = usual;
        }

        /// What stands before the time.
        String written() {
            return letter + ":";
        }

        private static Awaited of(String letter) {
            return List.of(values()).stream()
                    .filter(one -> one.letter == letter.charAt(0))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// The filters of a sendmail.cf whose continued lines are one.
    static List<SendmailFilter> all(String text) {
        return LINE.matcher(text).results().map(line -> of(line.group(1), line.group(2))).toList();
    }

    private static SendmailFilter of(String name, String fields) {
        String socket = "";
        String flags = "";
        Map<Awaited, String> waits = new EnumMap<>(Awaited.class);
        Matcher field = FIELD.matcher(fields);
        while (field.find()) {
            String value = field.group(2).replace("\"", "").strip();
            switch (field.group(1)) {
                case "S" -> socket = value;
                case "F" -> flags += value;
                case "T" ->
                        TIME.matcher(value)
                                .results()
                                .forEach(time ->
                                        waits.put(
                                                Awaited.of(time.group(1)), time.group(2).strip()));
                default -> {} // Sendmail does not start with it.
            }
        }
        return new SendmailFilter(name, socket, flags, waits);
    }

    /// Where it is asked; empty if that is no place. Without a family it is a path, without a host
    /// this one.
    Optional<Place> place() {
        Matcher parts = SOCKET.matcher(socket);
        if (!parts.matches()) {
            return socket.isEmpty() ? Optional.empty() : Place.of("unix:" + socket, "/etc/mail");
        }
        String family = parts.group(1).toLowerCase(Locale.ROOT);
        String at = parts.group(2);
        if (!family.startsWith("inet")) {
            return at.isEmpty() ? Optional.empty() : Place.of("unix:" + at, "/etc/mail");
        }
        return Place.of(family + ":" + at, "/etc/mail");
    }

    /// Whether it says how long Sendmail waits for something.
    boolean says(Awaited wait) {
        return waits.containsKey(wait);
    }

    /// How long Sendmail waits for something, as it is written.
    String text(Awaited wait) {
        return waits.getOrDefault(wait, wait.usual);
    }

    /// The same in seconds; 0 is no limit, or for a connection the system's.
    long seconds(Awaited wait) {
        return UNITS.matcher(text(wait))
                .results()
                .mapToLong(one -> Long.parseLong(one.group(1)) * unit(one.group(2)))
                .sum();
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "m" -> 60;
            case "h" -> 3_600;
            case "d" -> 86_400;
            case "w" -> 604_800;
            default -> 1;
        };
    }

    /// Whether all mail is refused for good while it cannot be asked: deferring goes before that.
    boolean refuses() {
        return flags.contains("R") && !flags.contains("T") && !flags.contains("4");
    }

    /// What becomes of mail when it cannot be asked, or does not answer in time.
    String otherwise() {
        return refuses()
                ? "is refused for good"
                : flags.contains("T") || flags.contains("4")
                        ? "is deferred"
                        : "passes ungreylisted";
    }
}
