package org.greydaemon.admin;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Rules.Lifetimes;

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
    /// A suspect client some of whose mail has passed.
    SUSPECT;

    private final String word = name().toLowerCase(Locale.ROOT);

    /// The state of an entry.
    ///
    /// @param entry an {@link Entry}
    static EntryState of(Key.Kind kind, long entry, long now, Rules rules) {
        if (kind == Key.Kind.SUSPECT) {
            return SUSPECT;
        }
        if (Lifetimes.isProof(kind, entry)) {
            return PROVEN;
        }
        return switch (rules.window(entry).judge(Entry.time(entry), now)) {
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
