package org.greydaemon.decision;

/// How long a quiet proven client is known: less than `seconds` since it was last seen. Source: the
/// original's `-t`, measured at the second; RFC 6647 5, item 3.
///
/// @param seconds from 1 on
public record Retention(long seconds) {
    /// Whether the client is known.
    ///
    /// @param proof what is remembered of it, an {@link Entry}, or {@link Memory#NEVER}
    public boolean isKnown(long proof, long now) {
        return proof != Memory.NEVER && now - Entry.time(proof) < seconds;
    }
}
