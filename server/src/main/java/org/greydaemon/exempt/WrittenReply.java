package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mail.ReplyText;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of a reply as a line has it, in quotes. No state.
final class WrittenReply {
    /// A reply as it may be written.
    private static final String SOME_REPLY = "Please try again in %s seconds";

    /// A backslash that does not stand before what it is for, in quotes.
    private static final Pattern OTHER_ESCAPE =
            Pattern.compile("\\G(?:[^\\\\]|\\\\[\\\\\"])*+(\\\\.?)");

    private WrittenReply() {}

    /// Reads it.
    ///
    /// @param word null if the line has none
    /// @throws MistakeException if it cannot be meant
    static Optional<String> read(@Nullable String word) throws MistakeException {
        if (word == null) {
            return Optional.empty();
        }
        boolean isQuoted = word.length() > 2 && word.startsWith("\"") && word.endsWith("\"");
        if (!isQuoted) {
            throw new MistakeException(
                    quoted(word) + " is no text of a reply",
                    "write one in quotes, such as \"" + SOME_REPLY + '"');
        }
        String inner = word.substring(1, word.length() - 1);
        Matcher other = OTHER_ESCAPE.matcher(inner);
        if (other.find()) {
            throw new MistakeException(
                    quoted(word)
                            + " has "
                            + other.group(1)
                            + ", and only \\\" and \\\\ stand for another character",
                    "a reply is one" + " line");
        }
        String text = inner.replaceAll("\\\\(.)", "$1");
        Optional<Mistake> mistake = ReplyText.mistake(text);
        if (mistake.isPresent()) {
            throw new MistakeException(
                    quoted(word) + ' ' + mistake.get().problem(), mistake.get().remedy());
        }
        if (text.matches("[245][0-9][0-9]([ -].*)?")) {
            throw new MistakeException(
                    quoted(word) + " begins with a code",
                    "write the text alone, and reply.text has the" + " code");
        }
        return Optional.of(text);
    }
}
