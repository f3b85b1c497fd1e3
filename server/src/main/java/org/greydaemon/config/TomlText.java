package org.greydaemon.config;

import org.greydaemon.mail.EscapedText;

import java.util.List;

/// Writes TOML. (What reads it, {@link TomlFile}, is only loaded when there is a file.)
final class TomlText {
    private TomlText() {}

    /// A basic string of TOML, in which all can be seen: it is shown to operators too.
    static String quoted(String text) {
        StringBuilder toml = new StringBuilder("\"");
        text.codePoints()
                .forEach(c -> {
                    if (c == '"' || c == '\\') {
                        toml.append('\\').appendCodePoint(c);
                    } else if (EscapedText.isShown(c)) {
                        toml.appendCodePoint(c);
                    } else {
                        toml.append((c <= 0xffff ? "\\u%04x" : "\\U%08x").formatted(c));
                    }
                });
        return toml.append('"').toString();
    }

    /// A list of strings, on one line.
    static String list(List<String> texts) {
        return "[" + String.join(", ", texts.stream().map(TomlText::quoted).toList()) + "]";
    }
}
