package org.greydaemon.decision;

/// What is remembered of clients and triplets: for each key at most one {@link Entry}.
///
/// A triplet's time is when it was first seen, a proven client's when it was last seen.
public interface Memory {
    /// What is remembered of a key that is not remembered.
    long NEVER = Long.MIN_VALUE;

    /// Whether anything of a kind may be remembered; when not, nobody needs to look. Cheap.
    default boolean mayHold(Key.Kind kind) {
        return true;
    }

    /// Looks at one entry and lets the rule change it. Atomic for this key; two steps are two.
    ///
    /// @return the entry remembered before, or {@link #NEVER}
    long step(Key key, Rule rule, long now);
}
