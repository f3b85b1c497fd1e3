package org.greydaemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A configuration without errors. Immutable.
public final class Configuration {
    private final Values values;
    private final DaemonSettings settings;

    Configuration(Values values) {
        this.values = values;
        settings = DaemonSettings.of(values);
    }

    /// What to run with.
    public DaemonSettings settings() {
        return settings;
    }

    /// The settings of all options, in the order of the table.
    public List<Setting<?>> all() {
        return values.all();
    }

    /// The operator's files of pools, which a reload reads again.
    List<Path> poolFiles() {
        return values.get(IdentityOptions.POOLS).stream().map(PoolFile::file).toList();
    }

    /// Puts the place where an option was set before what is wrong with it.
    public String problem(String key, String text) {
        return values.setting(Options.find(key).orElseThrow()).place().problem(text);
    }

    /// What of this configuration can take effect in a daemon that runs with another.
    public Configuration appliedTo(Configuration running) {
        return new Configuration(values.appliedTo(running.values));
    }

    /// How this differs from what a daemon runs with, one text for each setting: `retry.delay 240s
    /// -> 300s`.
    public List<String> differences(Configuration running) {
        List<String> differences = new ArrayList<>();
        for (Setting<?> setting : values.all()) {
            String before = running.values.setting(setting.option()).text();
            String now = setting.text();
            if (setting.option().kind() instanceof SecretKind) {
                if (!setting.value().equals(running.values.setting(setting.option()).value())) {
                    differences.add(setting.option().key() + " has changed");
                }
            } else if (!now.equals(before)) {
                boolean restart = waits(setting, running);
                differences.add(
                        setting.option().key()
                                + " "
                                + shown(before)
                                + " -> "
                                + shown(now)
                                + (restart ? "; needs a restart" : ""));
            }
        }
        return differences;
    }

    /// The keys whose values take effect only when the daemon starts anew.
    public List<String> waiting(Configuration running) {
        return values.all().stream()
                .filter(setting -> waits(setting, running))
                .map(setting -> setting.option().key())
                .toList();
    }

    /// Whether it takes a restart until a value has its effect.
    private boolean waits(Setting<?> setting, Configuration running) {
        if (setting.option().equals(OutputOptions.REPLY_LINK)) {
            // It leads to what a restart has to open first; until then %u is empty.
            return settings.replyLink().isPresent() && running.settings.http().isEmpty();
        }
        return setting.option().reload() == Reload.RESTART
                && !setting.text().equals(running.values.setting(setting.option()).text());
    }

    /// Without its quotes where nothing is lost without them.
    private static String shown(String toml) {
        return toml.matches("\"[^\" ]+\"") ? toml.substring(1, toml.length() - 1) : toml;
    }
}
