package org.greydaemon.admin;

import org.greydaemon.decision.Rules;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What an entry is good for now. The names in lower case are the words of requests and answers.
enum EntryState {
    /// A client that passes.
    PROVEN,
    /// A triplet whose retry would be early.
    WAITING,
    /// A triplet whose retry would pass.
    READY,
    /// A triplet whose retry would be late.
    LATE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /// The state of an entry.
    static EntryState of(boolean isTriplet, long time, long now, Rules rules) {
        if (!isTriplet) {
            return PROVEN;
        }
        return switch (rules.window().judge(time, now)) {
            case EARLY -> WAITING;
            case PASSED -> READY;
            case NEW, LATE, KNOWN, EXEMPT, AUTHENTICATED, UNIDENTIFIED, BOUNCE, MALFORMED -> LATE;
        };
    }

    /// The state with this name.
    static Optional<EntryState> named(String word) {
        return Arrays.stream(values()).filter(state -> state.word.equals(word)).findFirst();
    }

    /// The word.
    String word() {
        return word;
    }
}
