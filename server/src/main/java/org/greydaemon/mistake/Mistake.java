package org.greydaemon.mistake;

/// What an operator is told of something that cannot be used.
///
/// @param place where it stands: a file, or file:line; empty if whoever asked knows
/// @param problem what is wrong, with the value
/// @param remedy what to do; empty if the problem says it all
public record Mistake(String place, String problem, String remedy) {
    private static final int SHOWN_MAX = 128;

    /// The same, seen from somewhere else.
    public Mistake at(String where) {
        return new Mistake(where, problem, remedy);
    }

    /// Problem and remedy, for who knows the place.
    public String sentence() {
        return remedy.isEmpty() ? problem : problem + "; " + remedy;
    }

    /// The whole: `place: problem; remedy`.
    @Override
    public String toString() {
        return place.isEmpty() ? sentence() : place + ": " + sentence();
    }

    /// The text between apostrophes for a message: cut at 128 characters, and with everything but
    /// printable ASCII escaped, so that a look-alike or a control character is seen.
    public static String quoted(String text) {
        StringBuilder shown = new StringBuilder("'");
        for (int i = 0; i < Math.min(text.length(), SHOWN_MAX); i += 1) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~') {
                shown.append(c);
            } else {
                shown.append(String.format("\\u%04x", (int) c));
            }
        }
        return shown.append(text.length() > SHOWN_MAX ? "...'" : "'").toString();
    }
}
