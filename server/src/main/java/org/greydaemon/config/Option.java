package org.greydaemon.config;

import java.util.Optional;

/// A row of the table of options.
///
/// @param key group and name, `retry.delay`
/// @param kind the kind of its values
/// @param byDefault its default
/// @param reload when a change takes effect
/// @param onCommandLine how the command line names it, if it does
/// @param help what it does, in sentences for the sample file
public record Option<T>(
        String key,
        ValueKind<T> kind,
        Defaults<T> byDefault,
        Reload reload,
        Optional<Switch<T>> onCommandLine,
        String help) {

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
