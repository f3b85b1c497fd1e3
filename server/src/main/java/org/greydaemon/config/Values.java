package org.greydaemon.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The values of all options, each with its place. Immutable once it is read.
final class Values {
    private final Map<String, Setting<?>> settings = new LinkedHashMap<>();

    private Values() {}

    /// Reads what is written.
    ///
    /// @param written by key
    /// @param rules the rule set unless another is written
    /// @param problems hears what is wrong; an option with an error has its default
    static Values read(Map<String, Written> written, RuleSet rules, Problems problems) {
        Values values = new Values();
        RuleSet chosen = values.read(RuleOptions.RULES, written, rules, problems);
        for (Option<?> option : Options.ALL) {
            if (!option.equals(RuleOptions.RULES)) {
                values.read(option, written, chosen, problems);
            }
        }
        return values;
    }

    private <T> T read(
            Option<T> option, Map<String, Written> all, RuleSet rules, Problems problems) {
        T byDefault = option.byDefault().of(rules);
        Optional<Written> written = Optional.ofNullable(all.get(option.key()));
        Optional<T> value = written.flatMap(w -> kind(option, w).read(w, byDefault, problems));
        Position place = new Position.ByDefault(option.key());
        if (value.isPresent()) {
            place = written.orElseThrow().place();
        }
        settings.put(
                option.key(), new Setting<>(option, value.orElse(byDefault), byDefault, place));
        return value.orElse(byDefault);
    }

    private static <T> ValueKind<T> kind(Option<T> option, Written written) {
        return switch (written.place()) {
            case Position.OnCommandLine _ ->
                    option.onCommandLine().map(Switch::reads).orElse(option.kind());
            case Position.InFile _, Position.ByDefault _ -> option.kind();
        };
    }

    /// The value of an option.
    <T> T get(Option<T> option) {
        return setting(option).value();
    }

    @SuppressWarnings("unchecked") // Put there by read(), with the option's own type.
    <T> Setting<T> setting(Option<T> option) {
        Setting<?> setting = settings.get(option.key());
        if (setting == null) {
            throw new IllegalStateException(option.key() + " is not in the table");
        }
        return (Setting<T>) setting;
    }

    /// What of these values can take effect in a daemon that runs with others.
    Values appliedTo(Values running) {
        Values applied = new Values();
        for (Setting<?> setting : all()) {
            applied.settings.put(
                    setting.option().key(),
                    switch (setting.option().reload()) {
                        case LIVE -> setting;
                        case RESTART -> running.setting(setting.option());
                    });
        }
        return applied;
    }

    /// All of them, in the order of the table.
    List<Setting<?>> all() {
        return Options.ALL.stream().<Setting<?>>map(this::setting).toList();
    }
}
