package org.greydaemon.replay;

import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/// Where a line's program has begun to speak: behind the time, or behind the first word that ends
/// with a colon, its tag. What stands further on may be a stranger's word, which another program
/// has logged:
///
/// ```
/// 2026-11-28T06:00:00Z decision action=...                            from here on
/// Nov 28 06:00:00 mx mail.info greydaemon[7]: decision ...            behind the tag
/// 2026-11-28T06:00:00Z stdout F decision action=...                   behind CRI's mark
/// Nov 28 06:00:00 host docker[7]: grey-1  | decision action=...       behind a container's name
/// Nov 28 06:00:00 h podman[7]: Nov 28 05:00:00 mx greydaemon[1]: ...  behind the inner tag
/// 2026-11-28_06:00:00.1 mail.info: Nov 28 06:00:00 greydaemon[7]: ... likewise: socklog
/// Nov 28 06:00:00 mx postfix/smtpd[9]: improper command pipelining ...: decision action=...
///                                      from "improper" on
/// ```
///
/// A second tag counts only behind a time or a carrier's word: no program begins to speak with a
/// stranger's words. Stateless.
final class ProgramText {
    /// There is none.
    static final int NONE = -1;

    /// At most the words before the end of a tag: relays, a facility, a second time of svlogd.
    private static final int WORDS_MAX = 8;

    /// At most so many carriers put their headers one before the other.
    private static final int HEADERS_MAX = 4;

    private static final String OUT = "stdout F ";
    private static final String ERROR = "stderr F ";

    /// What socklog puts first: the facility and priority, and the address of another host.
    private static final Pattern CARRIER = Pattern.compile("[a-z0-9]+\\.[a-z]+:|[0-9a-f.:]+:");

    private ProgramText() {}

    /// Where the text stands that somebody looks for, if the program begins with it; else {@link
    /// #NONE}.
    ///
    /// @param from where the time ends
    /// @param isThere whether the text stands at a place
    static int begin(String line, int from, IntPredicate isThere) {
        int at = behindStream(line, from);
        if (isThere.test(at)) {
            return at;
        }
        boolean mayHaveTag = true;
        for (int header = 0; header < HEADERS_MAX && mayHaveTag; header++) {
            int tagged = behindTag(line, at);
            if (tagged == NONE) {
                return NONE;
            }
            boolean isCarriers = isCarrier(line, at, tagged);
            int text = behindBar(line, tagged);
            int timed = behindTime(line, text);
            if (isThere.test(text)) {
                return text;
            }
            if (timed != text && isThere.test(timed)) {
                return timed;
            }
            mayHaveTag = isCarriers || timed != text;
            at = timed;
        }
        return NONE;
    }

    /// Behind blanks, and what the runtime of containers (CRI) puts before each line.
    private static int behindStream(String line, int from) {
        int at = behindBlanks(line, from);
        return line.startsWith(OUT, at) || line.startsWith(ERROR, at) ? at + OUT.length() : at;
    }

    private static int behindBlanks(String line, int from) {
        int at = from;
        while (line.startsWith(" ", at)) {
            at++;
        }
        return at;
    }

    /// Behind the tag.
    private static int behindTag(String line, int from) {
        int at = from;
        for (int word = 0; word < WORDS_MAX; word++) {
            int blank = line.indexOf(' ', at);
            if (blank < 0 || isSaid(line, at, blank)) {
                return NONE;
            }
            if (blank > at && line.charAt(blank - 1) == ':') {
                return blank + 1;
            }
            at = blank + 1;
        }
        return NONE;
    }

    /// Whether a word is none of a header: Exim writes no tag, and soon quotes others.
    private static boolean isSaid(String line, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = line.charAt(i);
            if (c == '=' || c == '"') {
                return true;
            }
        }
        return false;
    }

    /// @param tagged behind the tag and its blank
    private static boolean isCarrier(String line, int from, int tagged) {
        return CARRIER.matcher(line).region(from, tagged - 1).matches();
    }

    /// Behind `grey-1 | `, which `docker compose` puts before what a container says.
    private static int behindBar(String line, int from) {
        int blank = line.indexOf(' ', from);
        if (blank <= from || isSaid(line, from, blank)) {
            return from;
        }
        int bar = behindBlanks(line, blank);
        return line.startsWith("| ", bar) ? bar + 2 : from;
    }

    /// Behind a time, if there is one.
    private static int behindTime(String line, int from) {
        boolean mayBe =
                line.startsWith(" ", from + 3)
                        || line.startsWith("-", from + 4)
                        || line.startsWith("@", from);
        return mayBe ? behindBlanks(line, DatedLines.behindTime(line, from)) : from;
    }
}
