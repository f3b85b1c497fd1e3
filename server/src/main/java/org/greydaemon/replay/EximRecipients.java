package org.greydaemon.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The recipients that lines of Exim's main log name. Stateless.
final class EximRecipients {
    /// Possessive, as is what repeats it: else each character in quotes, or each recipient, takes a
    /// frame of the stack, and a line may have thousands.
    private static final String ADDRESS =
            "(?:\"(?:[^\"\\\\]++|\\\\.)*+\"|[^\\s\"<>,]+)@[^\\s\"<>,]+";

    private static final Pattern ONE = Pattern.compile(ADDRESS);
    private static final Pattern ALL =
            Pattern.compile(" for ((?:<?" + ADDRESS + ">?(?:, ?| |$))++)$");

    /// Where the address of one that was delivered to ends: `R=router`, `F=<sender>`, `: why`.
    private static final Pattern END = Pattern.compile(" [A-Z]+=|: (?!<)|$");

    private static final String SUBJECT = " T=\"";

    private EximRecipients() {}

    /// ` for b@example.net c@example.net`, with which a line ends; Exim's own by
    /// `+received_recipients`, and a reason that names `$recipients`, which commas part.
    ///
    /// @param from what stands before is somebody else's word
    static List<String> named(String line, int from) {
        Matcher all = ALL.matcher(line);
        List<String> found = new ArrayList<>();
        if (from < line.length() && all.find(from)) {
            Matcher one = ONE.matcher(all.group(1));
            while (one.find()) {
                found.add(one.group());
            }
        }
        return found;
    }

    /// Whether a place is one of an arrival's line before its subject, which Exim writes behind all
    /// that it says itself but the recipients (receive.c).
    static boolean isBeforeSubject(String line, int at) {
        int subject = line.indexOf(SUBJECT);
        return at >= 0 && (subject < 0 || at < subject);
    }

    /// Where an arrival's subject ends, which may name whom it likes; where there is none, `from`.
    static int behindSubject(String line, int from) {
        int subject = line.indexOf(SUBJECT, from);
        if (subject < 0) {
            return from;
        }
        int at = subject + SUBJECT.length();
        while (at < line.length() && line.charAt(at) != '"') {
            at += line.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }

    /// Whether a message was thrown away as Exim was told to: whatever stands behind its arrow is
    /// no address.
    static boolean isNobody(String line, int at) {
        return line.startsWith("blackhole ", at) && !line.contains(" R=");
    }

    /// The address that was delivered to: the one in brackets is as it came, the other as it was
    /// rewritten.
    static String delivered(String line, int at) {
        Matcher end = END.matcher(line).region(at, line.length());
        String text = line.substring(at, end.find() ? end.start() : line.length());
        int bracket = text.indexOf(" <");
        return withoutBrackets(bracket < 0 ? text : text.substring(bracket + 1));
    }

    static String withoutBrackets(String address) {
        return address.startsWith("<") && address.endsWith(">")
                ? address.substring(1, address.length() - 1)
                : address;
    }
}
