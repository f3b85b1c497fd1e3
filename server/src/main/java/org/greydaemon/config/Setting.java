package org.greydaemon.config;

/// An option's value in a configuration.
///
/// @param option the row of the table
/// @param value what was read
/// @param byDefault the default with this configuration's rule set
/// @param place where the value stands
public record Setting<T>(Option<T> option, T value, T byDefault, Position place) {
    /// The value as the file has it.
    public String text() {
        return option.kind().write(value);
    }

    /// The default as the file has it.
    public String defaultText() {
        return option.kind().write(byDefault);
    }
}
