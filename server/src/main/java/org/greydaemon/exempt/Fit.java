package org.greydaemon.exempt;

/// Whether a condition is true of an attempt, or all of a line.
enum Fit {
    /// It is.
    YES,
    /// It is not.
    NO,
    /// Nobody has told, or DNS has not answered.
    UNKNOWN;

    static Fit of(boolean isTrue) {
        return isTrue ? YES : NO;
    }

    Fit negated() {
        return switch (this) {
            case YES -> NO;
            case NO -> YES;
            case UNKNOWN -> UNKNOWN;
        };
    }
}
