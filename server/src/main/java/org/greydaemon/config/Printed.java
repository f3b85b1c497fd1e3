package org.greydaemon.config;

import java.util.ArrayList;
import java.util.List;

/// Configurations as text that is itself a configuration file.
public final class Printed {
    private static final int WIDTH = 78;

    private Printed() {}

    /// Every setting, with its default and where it was set. Wherever these lines are kept, they
    /// mean the same files.
    public static List<String> settings(Configuration configuration) {
        List<String> lines = new ArrayList<>();
        String group = "";
        for (Setting<?> setting : configuration.all()) {
            group = header(setting.option(), group, lines);
            String line = setting.option().name() + " = " + setting.textAnywhere();
            lines.add(
                    setting.place() instanceof Position.ByDefault
                            ? "%-40s # default".formatted(line)
                            : "%-40s # %s; default %s"
                                    .formatted(line, setting.place(), setting.defaultText()));
        }
        return lines;
    }

    /// A file to begin with: every option with what it does, its default commented out.
    public static List<String> sample() {
        List<String> lines = new ArrayList<>();
        lines.add("# Configuration of greydaemon, see greydaemon.toml(5). Every default is shown;");
        lines.add("# take the # away from a line to change it. To check what you wrote:");
        lines.add("#   greydaemon --config greydaemon.toml --check-config");
        lines.add("# At a reload (SIGHUP) what is not marked \"restart\" changes.");
        String group = "";
        for (Option<?> option : Options.ALL) {
            group = header(option, group, lines);
            lines.add("");
            boolean restart = option.reload() == Reload.RESTART;
            comment(option.help() + (restart ? " (restart)" : ""), lines);
            lines.add("#" + option.name() + " = " + option.defaultText(RuleSet.MODERN));
        }
        return lines;
    }

    private static String header(Option<?> option, String group, List<String> lines) {
        if (!option.group().equals(group)) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add("[" + option.group() + "]");
        }
        return option.group();
    }

    private static void comment(String text, List<String> lines) {
        StringBuilder line = new StringBuilder("#");
        for (String word : text.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
    }
}
