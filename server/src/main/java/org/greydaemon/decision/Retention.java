package org.greydaemon.decision;

/// How long a quiet proven client is known: less than `seconds` since it was last seen. Source: the
/// original's `-t`, measured at the second; RFC 6647 5, item 3.
///
/// @param seconds from 1 on
public record Retention(long seconds) {
    /// Whether the client is known.
    ///
    /// @param lastSeen its remembered time, or {@link Memory#NEVER}
    public boolean isKnown(long lastSeen, long now) {
        return lastSeen != Memory.NEVER && now - lastSeen < seconds;
    }
}
