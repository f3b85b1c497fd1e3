package org.greydaemon.config;

import java.util.List;

/// Writes TOML. (What reads it, {@link TomlFile}, is only loaded when there is a file.)
final class TomlText {
    private TomlText() {}

    /// A basic string of TOML.
    static String quoted(String text) {
        StringBuilder toml = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                toml.append('\\').append(c);
            } else if (c < ' ' || (c >= '\u007f' && c < '\u00a0')) {
                toml.append("\\u%04x".formatted((int) c));
            } else {
                toml.append(c);
            }
        }
        return toml.append('"').toString();
    }

    /// A list of strings, on one line.
    static String list(List<String> texts) {
        return "[" + String.join(", ", texts.stream().map(TomlText::quoted).toList()) + "]";
    }
}
