package org.greydaemon.config;

import java.util.List;
import java.util.regex.Pattern;

/// What of a text must not be repeated, since the log has readers who may not read the
/// configuration. Stateless.
final class Secrets {
    private static final String HIDDEN = "...";

    /// Behind an address and its port: `,password=x` or `?password=x` or ` x`.
    private static final Pattern APPENDIX = Pattern.compile("[,?;#\\s].*", Pattern.DOTALL);

    /// What a line is about whose value is a secret, however it is spelled.
    private static final Pattern NAME =
            Pattern.compile(
                    "pas+(?:w|phrase)|pass\\b|\\bpw|secret|token|auth", Pattern.CASE_INSENSITIVE);

    private static final List<String> LONG_TEXTS = List.of("\"\"\"", "'''");

    private Secrets() {}

    /// A place without what may be a user and a password: those of a web address stand before the
    /// last `@`, those of client libraries behind the port too.
    static String hidden(String place) {
        int at = place.lastIndexOf('@');
        String rest = at < 0 ? place : HIDDEN + place.substring(at);
        return APPENDIX.matcher(rest).replaceFirst(HIDDEN);
    }

    /// Whether a line that is no TOML may have a secret in it, so that nothing of it may be
    /// repeated.
    ///
    /// @param lines of the file
    /// @param number of the line, from 1 on
    static boolean mayBeIn(List<String> lines, int number) {
        String line = number <= lines.size() ? lines.get(number - 1) : "";
        if (NAME.matcher(line).find() || line.indexOf('@') >= 0) {
            return true;
        }
        return lines.stream()
                .limit(number)
                .anyMatch(before ->
                        NAME.matcher(before).find()
                                && LONG_TEXTS.stream().anyMatch(before::contains));
    }
}
