package org.greydaemon.decision;

import java.util.Locale;

/// Why a client has to wait longer than others (docs/rules.md). The names in lower case, with `-`,
/// are the words of logs, explanations and documents.
public enum Suspicion {
    /// There is no reason. That DNS did not answer makes nobody suspect.
    NONE,
    /// No name of its host leads back to it.
    NO_NAME,
    /// Its host has the name of an end user's line or a hoster's default name.
    GENERIC_NAME,
    /// It calls itself what this server is called.
    OUR_NAME,
    /// It calls itself by a bare address, which is neither a name nor an address literal.
    BARE_ADDRESS;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// The word for logs.
    public String word() {
        return word;
    }
}
