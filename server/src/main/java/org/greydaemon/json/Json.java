package org.greydaemon.json;

import org.greydaemon.mail.EscapedText;
import org.greydaemon.mistake.Mistake;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A JSON value (RFC 8259).
public sealed interface Json {
    /// The most digits of a number in a message.
    int NAMED_MAX = 64;

    /// A string, of whole characters: no surrogate stands alone.
    record Text(String text) implements Json {}

    /// A number, as it was written.
    record Digits(String digits) implements Json {}

    /// What has a name of its own.
    enum Word implements Json {
        /// `true`.
        TRUE,
        /// `false`.
        FALSE,
        /// `null`.
        NULL
    }

    /// An array.
    record Items(List<Json> items) implements Json {}

    /// An object.
    record Members(Map<String, Json> members) implements Json {}

    /// The value as a message names it: in a few words, and nothing in it can steer a terminal or
    /// end the line.
    default String named() {
        return switch (this) {
            case Text(String text) -> Mistake.quoted(text);
            case Digits(String digits) ->
                    digits.length() > NAMED_MAX ? "a number that is too long" : digits;
            case Word word -> word.name().toLowerCase(Locale.ROOT);
            case Items _ -> "a list";
            case Members _ -> "an object";
        };
    }

    /// What came of reading a text.
    sealed interface Read {
        /// It is JSON.
        record Value(Json json) implements Read {}

        /// It is not.
        ///
        /// @param why what is wrong, and where
        record Malformed(String why) implements Read {}
    }

    /// Adds a text to another one as a JSON string. What could steer a terminal is escaped.
    static void quote(String text, StringBuilder to) {
        to.append('"');
        int i = 0;
        while (i < text.length()) {
            int c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append((char) c);
            } else if (c >= ' ' && c < 0x7f) {
                to.append((char) c);
            } else {
                c = text.codePointAt(i);
                put(c, to);
            }
            i += Character.charCount(c);
        }
        to.append('"');
    }

    /// JSON as it may be shown: the same values, and nothing in it can steer a terminal or end the
    /// line.
    static String shown(String json) {
        if (json.codePoints().allMatch(EscapedText::isShown)) {
            return json;
        }
        StringBuilder shown = new StringBuilder();
        json.codePoints().forEach(c -> put(c, shown));
        return shown.toString();
    }

    private static void put(int codePoint, StringBuilder to) {
        if (EscapedText.isShown(codePoint)) {
            to.appendCodePoint(codePoint);
            return;
        }
        for (char c : Character.toChars(codePoint)) {
            to.append("\\u%04x".formatted((int) c));
        }
    }
}
