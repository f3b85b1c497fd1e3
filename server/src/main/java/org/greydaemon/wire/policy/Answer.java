package org.greydaemon.wire.policy;

/// How a request was answered, so that the same can be said again. Of a fixed size, whatever was
/// asked.
///
/// @param kind what it says
/// @param seconds the seconds it tells: how long to wait, or how long the message has waited
/// @param at when it was given, in seconds
record Answer(Kind kind, long seconds, long at) {
    /// What an answer says.
    enum Kind {
        /// The message may go on.
        PASS,
        /// The message may go on, with a header.
        MARK,
        /// Come back later.
        DEFER
    }

    static Answer pass(long at) {
        return new Answer(Kind.PASS, 0, at);
    }
}
