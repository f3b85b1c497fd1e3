package org.greydaemon.config;

import org.greydaemon.mistake.MistakeException;

import java.util.Optional;
import java.util.function.Function;

/// Values that are one text.
///
/// @param reader makes a value of the text
/// @param writer the inverse
record TextKind<T>(String name, String example, Reader<T> reader, Function<T, String> writer)
        implements ValueKind<T> {
    /// Makes a value of a text.
    interface Reader<T> {
        /// Makes it.
        ///
        /// @throws MistakeException if the text means nothing
        T read(String text) throws MistakeException;
    }

    @Override
    public Optional<T> read(Written written, T byDefault, Problems problems) {
        Optional<String> text = text(written, problems);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(text.get()));
        } catch (MistakeException e) {
            problems.error(written.place(), e.inOneLine());
            return Optional.empty();
        }
    }

    @Override
    public String write(T value) {
        return TomlText.quoted(writer.apply(value));
    }
}
