package org.greydaemon.config;

/// The rule sets, which also have defaults of their own.
public enum RuleSet {
    /// The Perl daemon's, {@link org.greydaemon.decision.OriginalRules}.
    ORIGINAL,
    /// RFC 6647's, {@link org.greydaemon.decision.ModernRules}.
    MODERN
}
