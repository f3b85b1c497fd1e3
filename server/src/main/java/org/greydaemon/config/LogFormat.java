package org.greydaemon.config;

/// The forms of a decision's line.
public enum LogFormat {
    /// The Perl daemon's, {@link org.greydaemon.log.OriginalLines}.
    ORIGINAL,
    /// Keys and values, {@link org.greydaemon.log.LogfmtLines}.
    LOGFMT
}
