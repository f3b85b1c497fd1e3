package org.greydaemon.log;

import java.util.Locale;

/// How much a line matters (RFC 5424 6.2.1).
public enum Severity {
    /// Something does not work, and an operator has to mend it.
    ERROR(3),
    /// Something is out of order.
    WARNING(4),
    /// Something happened that happens seldom.
    NOTICE(5),
    /// The daemon's daily work, each decision for example.
    INFO(6),
    /// For looking at what requests do.
    DEBUG(7);

    private final int code;

    Severity(int code) {
        this.code = code;
    }

    /// The number for syslog.
    int code() {
        return code;
    }

    /// The word for programs: lower case.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
