package org.greydaemon.config;

import java.util.List;
import java.util.Optional;

/// A row of the table of options.
///
/// @param key group and name, `retry.delay`
/// @param kind the kind of its values
/// @param byDefault its default
/// @param reload when a change takes effect
/// @param since the first version that has it
/// @param onCommandLine how the command line names it, if it does
/// @param help what it does, in sentences for the sample file
/// @param formerly keys that it had before, which files may still have
public record Option<T>(
        String key,
        Kind<T> kind,
        Defaults<T> byDefault,
        Reload reload,
        String since,
        Optional<Switch<T>> onCommandLine,
        String help,
        List<String> formerly) {
    /// An option that always had its key.
    Option(
            String key,
            Kind<T> kind,
            Defaults<T> byDefault,
            Reload reload,
            String since,
            Optional<Switch<T>> onCommandLine,
            String help) {
        this(key, kind, byDefault, reload, since, onCommandLine, help, List.of());
    }

    /// The same option, which once had these keys.
    Option<T> formerly(String... keys) {
        return new Option<>(
                key, kind, byDefault, reload, since, onCommandLine, help, List.of(keys));
    }

    /// The part of the key before the dot.
    public String group() {
        return key.substring(0, key.indexOf('.'));
    }

    /// The part of the key behind the dot.
    public String name() {
        return key.substring(key.indexOf('.') + 1);
    }

    /// The default with a rule set, as the file has it.
    public String defaultText(RuleSet rules) {
        return kind.write(byDefault.of(rules));
    }
}
