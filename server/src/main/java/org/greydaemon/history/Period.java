package org.greydaemon.history;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How far somebody looks back, and how finely. The names in lower case are the words of commands.
public enum Period {
    /// The last 60 minutes, each by itself.
    HOUR(60, 60, 60),
    /// The last 24 hours by five minutes.
    DAY(300, 288, 60),
    /// The last seven days by hours.
    WEEK(3_600, 168, 3_600),
    /// The last 31 days by hours.
    MONTH(3_600, 744, 3_600),
    /// The last 366 days, each by itself, from midnight UTC on.
    YEAR(86_400, 366, 86_400);

    private final int stepSeconds;
    private final int steps;
    private final int cellSeconds;

    /// @param stepSeconds how long a step is that is shown
    /// @param steps how many are shown
    /// @param cellSeconds how long what is kept lasts from which a step is added up
    Period(int stepSeconds, int steps, int cellSeconds) {
        this.stepSeconds = stepSeconds;
        this.steps = steps;
        this.cellSeconds = cellSeconds;
    }

    /// How long a step is, in seconds.
    public int stepSeconds() {
        return stepSeconds;
    }

    /// How many steps it has.
    public int steps() {
        return steps;
    }

    int cellSeconds() {
        return cellSeconds;
    }

    /// When the first step begins, in seconds since 1970, if the last one holds a time.
    ///
    /// @param now in seconds since 1970
    public long from(long now) {
        return (Math.floorDiv(now, stepSeconds) - (steps - 1)) * stepSeconds;
    }

    /// The word for commands and programs.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The period of a word, if there is one.
    public static Optional<Period> of(String word) {
        return Arrays.stream(values()).filter(period -> period.word().equals(word)).findFirst();
    }
}
