package org.greydaemon.replay;

/// Where a line's program has begun to speak: behind the time, or behind the first word that ends
/// with a colon, its tag. What stands further on may be a stranger's word, which another program
/// has logged:
///
/// ```
/// 2026-11-28T06:00:00Z decision action=...                    from here on
/// Nov 28 06:00:00 mx mail.info greydaemon[7]: decision ...    from behind the tag on
/// 2026-11-28T06:00:00Z stdout F decision action=...           from behind CRI's mark on
/// Nov 28 06:00:00 mx postfix/smtpd[9]: improper command pipelining ...: decision action=...
///                                      from "improper" on
/// ```
///
/// Stateless.
final class ProgramText {
    /// There is no tag.
    static final int NONE = -1;

    /// At most the words before its end: relays, a facility, a second time of svlogd.
    private static final int WORDS_MAX = 8;

    private static final String OUT = "stdout F ";
    private static final String ERROR = "stderr F ";

    private ProgramText() {}

    /// Behind what the runtime of containers (CRI) puts before each line; `from` if it has not.
    static int behindStream(String line, int from) {
        int at = from;
        while (line.startsWith(" ", at)) {
            at++;
        }
        return line.startsWith(OUT, at) || line.startsWith(ERROR, at) ? at + OUT.length() : at;
    }

    /// Behind the tag.
    ///
    /// @param from where the time ends, see {@link #behindStream}
    static int behindTag(String line, int from) {
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

    /// Where one of two texts stands, if the program begins with it; else {@link #NONE}.
    static int begin(String line, int from, String one, String other) {
        int text = behindStream(line, from);
        if (line.startsWith(one, text) || line.startsWith(other, text)) {
            return text;
        }
        int tagged = behindTag(line, text);
        return tagged != NONE && (line.startsWith(one, tagged) || line.startsWith(other, tagged))
                ? tagged
                : NONE;
    }
}
