package org.greydaemon.json;

import java.util.List;
import java.util.Map;

/// A JSON value (RFC 8259).
public sealed interface Json {
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

    /// What came of reading a text.
    sealed interface Read {
        /// It is JSON.
        record Value(Json json) implements Read {}

        /// It is not.
        ///
        /// @param why what is wrong, and where
        record Malformed(String why) implements Read {}
    }

    /// Adds a text to another one as a JSON string.
    static void quote(String text, StringBuilder to) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                to.append("\\u%04x".formatted((int) c));
            } else {
                to.append(c);
            }
        }
        to.append('"');
    }
}
