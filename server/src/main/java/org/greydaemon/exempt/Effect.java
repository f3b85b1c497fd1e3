package org.greydaemon.exempt;

import org.greydaemon.decision.Wait;

import java.util.Optional;

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
    /// @param observes whether it is only judged, and passes
    /// @param reply the text that its clients are told; empty for what all are told
    record Greylist(Wait waits, boolean observes, Optional<String> reply) implements Effect {}

    /// It waits as the rules say.
    Effect USUAL = new Greylist(Wait.USUAL, false, Optional.empty());
}
