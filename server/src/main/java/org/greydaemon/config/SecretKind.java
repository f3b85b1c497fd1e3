package org.greydaemon.config;

import java.util.Optional;

/// A text that nobody is to read in a log or on a screen, whatever is wrong with it. In the file,
/// no text is none.
record SecretKind() implements ValueKind<Optional<String>> {
    private static final String HIDDEN = "(hidden)";

    @Override
    public String name() {
        return "password";
    }

    @Override
    public String example() {
        return "\"\"";
    }

    @Override
    public Optional<Optional<String>> read(
            Written written, Optional<String> byDefault, Problems problems) {
        if (written instanceof Written.Text text) {
            return Optional.of(Optional.of(text.text()).filter(its -> !its.isEmpty()));
        }
        problems.error(written.place(), "it is no text; write it in quotes");
        return Optional.empty();
    }

    @Override
    public String write(Optional<String> value) {
        return TomlText.quoted(value.isEmpty() ? "" : HIDDEN);
    }
}
