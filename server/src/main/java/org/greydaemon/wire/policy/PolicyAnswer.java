package org.greydaemon.wire.policy;

import org.greydaemon.gate.Deferral;

import java.util.Optional;

/// How a request was answered, so that the same can be said again. Of a fixed size, whatever was
/// asked.
///
/// @param kind what it says
/// @param seconds the seconds it tells: how long to wait, or how long the message has waited
/// @param at when it was given, in seconds
/// @param deferral what a client is told that has to come back
record PolicyAnswer(Action kind, long seconds, long at, Optional<Deferral> deferral) {
    /// What an answer says.
    enum Action {
        /// The message may go on.
        PASS,
        /// The message may go on, with a header.
        MARK,
        /// Come back later.
        DEFER
    }

    static PolicyAnswer pass(long at) {
        return new PolicyAnswer(Action.PASS, 0, at, Optional.empty());
    }

    static PolicyAnswer mark(long seconds, long at) {
        return new PolicyAnswer(Action.MARK, seconds, at, Optional.empty());
    }

    static PolicyAnswer defer(Deferral deferral) {
        return new PolicyAnswer(
                Action.DEFER, deferral.seconds(), deferral.at(), Optional.of(deferral));
    }
}
