package org.greydaemon.replay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What carriers of a line put before the text of its program, behind its tag:
///
/// ```
/// mx postfix/smtpd[1]: [ID 197553 mail.info] text              Solaris and illumos, syslogd(8)
/// mx postfix/smtpd[1]: message repeated 2 times: [ text]       rsyslog's $RepeatedMsgReduction
/// host podman[7]: Nov 28 06:00:00 mx postfix/smtpd[1]: text    a container's log
/// ```
///
/// Postfix' text itself never begins so: what strangers say stands behind words of its own.
/// Stateless.
final class CarriedText {
    private static final String MESSAGE_ID = "[ID ";
    private static final String REPEATED = "message repeated ";
    private static final String REPEATS = ": [ ";

    /// Up to a program of Postfix', whose name has a slash: other readers look where it stands.
    private static final Pattern INNER =
            Pattern.compile(
                    "(?:[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?"
                            + "|\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d\\S*) \\S+ "
                            + "(?=\\S+/\\S+\\[\\d+\\]: )");

    private CarriedText() {}

    /// The line without it.
    static String of(String line) {
        int colon = line.indexOf(": ");
        int text = colon + 2;
        if (colon < 0 || text >= line.length()) {
            return line;
        }
        if (line.startsWith(MESSAGE_ID, text)) {
            int end = line.indexOf("] ", text);
            return end < 0 ? line : line.substring(0, text) + line.substring(end + 2);
        }
        if (line.startsWith(REPEATED, text)) {
            int its = line.indexOf(REPEATS, text);
            int end = line.endsWith("]") ? line.length() - 1 : line.length();
            return its < 0 || end < its + REPEATS.length()
                    ? line
                    : line.substring(0, text) + line.substring(its + REPEATS.length(), end);
        }
        if (!line.startsWith(" ", text + 3) && !line.startsWith("-", text + 4)) {
            return line; // Nearly all.
        }
        Matcher inner = INNER.matcher(line).region(text, line.length());
        return inner.lookingAt()
                ? line.substring(0, line.lastIndexOf(' ', colon - 1) + 1)
                        + line.substring(inner.end())
                : line;
    }
}
