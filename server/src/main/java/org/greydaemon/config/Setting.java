package org.greydaemon.config;

/// An option's value in a configuration.
///
/// @param option the row of the table
/// @param value what was read
/// @param byDefault the default with this configuration's rule set
/// @param place where the value stands
public record Setting<T>(Option<T> option, T value, T byDefault, Position place) {
    /// What the operator calls it: the key, or the switch where there is no file.
    String name(boolean hasFile) {
        return switch (place) {
            case Position.InFile in -> in.key();
            case Position.OnCommandLine on -> on.name();
            case Position.ByDefault _ when hasFile -> option.key();
            case Position.ByDefault _ ->
                    option.onCommandLine().map(Switch::name).orElse(option.key());
        };
    }

    /// The value as the file has it.
    public String text() {
        return option.kind().write(value);
    }

    /// The value as a file has it that lies elsewhere.
    String textAnywhere() {
        return option.kind().writeAnywhere(value);
    }

    /// The default as the file has it.
    public String defaultText() {
        return option.kind().write(byDefault);
    }
}
