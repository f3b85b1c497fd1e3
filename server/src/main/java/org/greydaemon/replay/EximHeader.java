package org.greydaemon.replay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What stands between the time of a line and what Exim says, if somebody has carried it.
/// Stateless.
final class EximHeader {
    private static final Pattern OWN_TIME =
            Pattern.compile(
                    "(?:std(?:out|err) F )?\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?"
                            + " (?:[+-]\\d{4} )?");

    /// At most the words before Exim's own: relays, `mail.info` of busybox, and the program.
    private static final int HEADER_WORDS = 6;

    private EximHeader() {}

    /// Behind `mx exim[77]: 2026-11-28 06:00:00 `, which stands before what goes to syslog; its own
    /// time is left out by `syslog_timestamp = no`.
    static int end(String line, int from) {
        Matcher its = OWN_TIME.matcher(line).region(from, line.length());
        if (its.lookingAt()) {
            return its.end(); // Behind that of a container's log.
        }
        int at = from;
        for (int word = 1; word <= HEADER_WORDS; word++) {
            int blank = line.indexOf(' ', at);
            if (blank <= at || line.startsWith("H=", at)) {
                return from;
            }
            if (word == 2 ? line.charAt(blank - 1) == ':' : isTag(line, at, blank)) {
                Matcher time = OWN_TIME.matcher(line).region(blank + 1, line.length());
                return time.lookingAt() ? time.end() : blank + 1;
            }
            at = blank + 1;
        }
        return from;
    }

    /// `exim[77]:`
    private static boolean isTag(String line, int from, int to) {
        int digit = to - "]:".length();
        if (digit <= from || !line.startsWith("]:", digit)) {
            return false;
        }
        do {
            digit--;
        } while (digit > from && line.charAt(digit) >= '0' && line.charAt(digit) <= '9');
        return digit > from && line.charAt(digit) == '[' && line.charAt(digit + 1) != ']';
    }
}
