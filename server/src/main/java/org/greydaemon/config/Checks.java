package org.greydaemon.config;

/// What no option can tell alone: whether mail can pass at all.
final class Checks {
    private final Values values;
    private final boolean hasFile;
    private final Problems problems;

    /// @param hasFile whether there is a configuration file, whose keys the operator then knows
    Checks(Values values, boolean hasFile, Problems problems) {
        this.values = values;
        this.hasFile = hasFile;
        this.problems = problems;
    }

    void run() {
        long min = values.get(Options.DELAY).toSeconds();
        long max = values.get(Options.WINDOW).toSeconds();
        if (min >= max) {
            String delay = name(values.setting(Options.DELAY));
            String window = name(values.setting(Options.WINDOW));
            problems.error(
                    place(delay + " and " + window),
                    "a retry is early for "
                            + min
                            + " s and late from "
                            + max
                            + " s on, so no mail could ever pass; lower "
                            + delay
                            + " or raise "
                            + window);
        }
    }

    private String name(Setting<?> setting) {
        return switch (setting.place()) {
            case Place.InFile in -> in.key();
            case Place.OnCommandLine on -> on.name();
            case Place.ByDefault _ when hasFile -> setting.option().key();
            case Place.ByDefault _ ->
                    setting.option().onCommandLine().map(Switch::name).orElseThrow();
        };
    }

    private Place place(String names) {
        Place window = values.setting(Options.WINDOW).place();
        Place inFile =
                window instanceof Place.InFile ? window : values.setting(Options.DELAY).place();
        return inFile instanceof Place.InFile in
                ? new Place.InFile(in.file(), in.line(), in.column(), names)
                : new Place.OnCommandLine(names);
    }
}
