package org.greydaemon.exempt;

import org.greydaemon.decision.Wait;

/// What happens to the mail that a line is about. There may be half a million lines, and most of
/// them share one. Immutable, but for {@link Once}.
sealed interface Effect permits Effect.Pass, Effect.Greylist, Once {
    /// It passes.
    enum Pass implements Effect {
        /// Always.
        ALWAYS
    }

    /// It waits.
    ///
    /// @param waits how long
    record Greylist(Wait waits) implements Effect {}

    /// It waits as the rules say.
    Effect USUAL = new Greylist(Wait.USUAL);
}
