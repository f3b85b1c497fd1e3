package org.greydaemon.config;

import java.util.Optional;

/// A kind of values: how they are read, checked and written. Immutable.
///
/// @param <T> what is made of them
public interface ValueKind<T> {
    /// What the manual calls a value: `duration`.
    String name();

    /// A value as the file has it, for messages.
    String example();

    /// Reads a value.
    ///
    /// @param byDefault the option's default
    /// @param problems hears what is wrong
    /// @return empty if something is wrong
    Optional<T> read(Written written, T byDefault, Problems problems);

    /// The value as the file has it.
    String write(T value);

    /// The value as a file has it that lies elsewhere: there a relative path means another file.
    default String writeAnywhere(T value) {
        return write(value);
    }

    /// The text of a value that must be text.
    default Optional<String> text(Written written, Problems problems) {
        if (written instanceof Written.Text text) {
            return Optional.of(text.text());
        }
        problems.error(
                written.place(),
                written + " is no " + name() + "; write one, such as " + example());
        return Optional.empty();
    }
}
