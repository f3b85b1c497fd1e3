package org.greydaemon.decision;

import java.util.Optional;

/// What an operator has written that decided about an attempt: a line of a file. Safe for use by
/// several threads.
public interface Cause {
    /// The most octets of its text.
    int TEXT_MAX = 160;

    /// Nothing.
    Cause NONE = (_, at) -> at;

    /// Writes where it stands, `greywhite:12` for example, or what was said: printable ASCII
    /// without blanks and quotes. Creates no garbage.
    ///
    /// @param to must have room for {@link #TEXT_MAX} octets from `at` on
    /// @return the index behind the last octet written; `at` if there is nothing
    int write(byte[] to, int at);

    /// Whether anything is written.
    default boolean isLine() {
        return false;
    }

    /// Takes the line for this attempt. One that holds for a single message may have been taken for
    /// another one meanwhile.
    ///
    /// @return whether it still decides about the attempt
    default boolean take(Attempt attempt) {
        return true;
    }

    /// Counts that it has decided about mail.
    default void use() {
        // Nobody wants to know.
    }

    /// Whether it lets mail pass.
    default boolean passes() {
        return false;
    }

    /// How long the mail waits that it does not let pass.
    default Wait waits() {
        return Wait.USUAL;
    }

    /// Whether mail that it does not let pass is only judged, remembered and counted, and passes.
    default boolean observes() {
        return false;
    }

    /// What the clients are told whose mail has to wait, with the placeholders of reply texts;
    /// empty for what all are told.
    default Optional<String> reply() {
        return Optional.empty();
    }
}
