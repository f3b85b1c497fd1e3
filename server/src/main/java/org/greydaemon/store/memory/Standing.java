package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;

/// How much an entry has earned; each is counted by itself when networks share the memory.
enum Standing {
    /// A triplet that nobody asked for again.
    UNRETRIED(0),
    /// A triplet that somebody asked for again.
    RETRIED(1),
    /// What has proven itself.
    PROVEN(2);

    private final int number;

    Standing(int number) {
        this.number = number;
    }

    /// Where it is counted, from 0 on.
    int number() {
        return number;
    }

    static Standing of(Key.Kind kind, long entry, boolean isRetried) {
        if (Lifetimes.isProof(kind, entry)) {
            return PROVEN;
        }
        return isRetried ? RETRIED : UNRETRIED;
    }
}
