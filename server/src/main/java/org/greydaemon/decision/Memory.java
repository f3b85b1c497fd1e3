package org.greydaemon.decision;

/// What is remembered of clients and triplets: for each key at most one {@link Entry}.
///
/// A triplet's time is when it was first seen, a proven client's when it was last seen.
public interface Memory {
    /// What is remembered of a key that is not remembered.
    long NEVER = Long.MIN_VALUE;

    /// Whether anything of a kind may be remembered; if not, nobody needs to look. Cheap.
    default boolean mayHold(Key.Kind kind) {
        return true;
    }

    /// Whether {@link #fetch} makes it faster; if not, nobody needs to make the keys.
    default boolean fetches() {
        return false;
    }

    /// Where the entry of a key lies, for {@link #fetch}.
    default long placeOf(Key key) {
        return 0;
    }

    /// Says that some places will be looked at soon. To read one place in a memory of millions of
    /// entries takes as long as a hundred steps in the processor's cache, but several at a time
    /// take no longer than one. Changes nothing.
    default void fetch(Places places) {}

    /// Looks at one entry and lets the rule change it, in one atomic step. Two steps are not atomic
    /// together.
    ///
    /// @return the entry remembered before, or {@link #NEVER}
    long step(Key key, Rule rule, long now);
}
