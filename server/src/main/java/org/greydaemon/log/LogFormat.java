package org.greydaemon.log;

/// The forms of the log.
public enum LogFormat {
    /// The Perl daemon's lines, {@link OriginalLines}.
    ORIGINAL,
    /// Keys and values, {@link LogfmtLines}.
    LOGFMT,
    /// An object on each line, {@link JsonLines}; events are objects too.
    JSON;

    /// Says decisions in this form.
    public DecisionLog decisions(Lines log) {
        return switch (this) {
            case ORIGINAL -> new OriginalLines(log); // Several lines stay together.
            case LOGFMT -> new LinesByThread(() -> new LogfmtLines(log));
            case JSON -> new LinesByThread(() -> new JsonLines(log));
        };
    }
}
