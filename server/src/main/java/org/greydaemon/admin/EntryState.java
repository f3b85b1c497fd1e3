package org.greydaemon.admin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What an entry is good for now. The names in lower case are the words of requests and answers.
enum EntryState {
    /// A client, a domain or a triplet that passes.
    PROVEN,
    /// A triplet whose retry would be early.
    WAITING,
    /// A triplet whose retry would pass.
    READY,
    /// A triplet whose retry would be late.
    LATE,
    /// A triplet of which nobody knows whether its retry would pass: a line of the operator's that
    /// says how long mail waits asks for more than the entry tells.
    BY_LINES,
    /// A suspect client some of whose mail has passed.
    SUSPECT;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// The state with this name.
    static Optional<EntryState> named(String word) {
        return Arrays.stream(values()).filter(state -> state.word.equals(word)).findFirst();
    }

    /// The word.
    String word() {
        return word;
    }
}
