package org.greydaemon.config;

/// The default of an option with each rule set.
record Defaults<T>(T original, T modern) {
    /// The same with both.
    static <T> Defaults<T> of(T both) {
        return new Defaults<>(both, both);
    }

    T of(RuleSet rules) {
        return switch (rules) {
            case ORIGINAL -> original;
            case MODERN -> modern;
        };
    }
}
