package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.mistake.MistakeException;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an operator has allowed or disallowed, as it stands in the engine: a line of a stream, and
/// a member of the sorted set of all such, whose score is the time. Each octet is a character.
///
/// ```
/// A <milliseconds> <end in seconds, 0 for none> <whom>[TAB <reason>]     a line: passes
/// D <milliseconds> 0 <whom>                                              a line: no longer
/// A <end> <whom>[TAB <reason>]                                           a member
/// ```
final class WordLine {
    /// The most octets: whom is 4096 characters at most, a reason 200.
    private static final int LENGTH_MAX = 20_000;

    private static final Pattern MEMBER =
            Pattern.compile("([AD]) ([0-9]{1,12}) ([^\\t\\n]+)(?:\\t([^\\t\\n]*))?");

    private static final Pattern LINE = Pattern.compile("([AD]) ([0-9]{1,15}) (.*)");

    private WordLine() {}

    /// The member for a word.
    static String member(AllowedWord word) {
        long until = word.until() == Exemption.FOREVER ? 0 : word.until();
        String text =
                word.passes()
                        ? "A " + until + " " + word.text() + reason(word.reason())
                        : "D 0 " + word.text();
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static String reason(String reason) {
        return reason.isEmpty() ? "" : "\t" + reason;
    }

    /// The line of a stream for a member.
    ///
    /// @param made in milliseconds of the engine's time
    static String line(String member, long made) {
        return member.substring(0, 2) + made + member.substring(1);
    }

    /// Reads a line: anybody may have written it.
    ///
    /// @return empty if it is none
    static Optional<AllowedWord> readLine(String line) {
        Matcher found = LINE.matcher(line);
        return found.matches()
                ? readMember(found.group(1) + " " + found.group(3), Long.parseLong(found.group(2)))
                : Optional.empty();
    }

    /// Reads a member: anybody may have written it.
    ///
    /// @param made when it was said
    /// @return empty if it is none
    static Optional<AllowedWord> readMember(String member, long made) {
        Matcher found = MEMBER.matcher(member);
        if (member.length() > LENGTH_MAX || !found.matches()) {
            return Optional.empty();
        }
        boolean passes = found.group(1).equals("A");
        long until = Long.parseLong(found.group(2));
        String reason = found.group(4) == null ? "" : found.group(4);
        try {
            AllowedWord word =
                    AllowedWord.of(
                            text(found.group(3)),
                            passes,
                            until == 0 ? Exemption.FOREVER : until,
                            text(reason),
                            made);
            return Optional.of(word);
        } catch (MistakeException e) {
            return Optional.empty();
        }
    }

    /// What is no UTF-8 gets a character that no address has.
    private static String text(String octets) {
        return new String(octets.getBytes(ISO_8859_1), UTF_8).replace('\uFFFD', '\0');
    }
}
