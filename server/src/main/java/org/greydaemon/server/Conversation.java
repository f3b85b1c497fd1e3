package org.greydaemon.server;

import java.io.IOException;

/// What is said over one connection of an {@link EventLoop}. Used by one thread at a time: the
/// loop's, or the one that gives a late answer.
///
/// Nothing here may wait while it is the loop's turn: {@link Connection#read} returns what has
/// arrived and {@link Connection#write} keeps what is to be sent until the round is committed.
public interface Conversation {
    /// What comes after the answers.
    enum Next {
        /// The peer has more to say.
        MORE,
        /// More has been asked than is answered in one turn: the rest is answered when all others
        /// that have asked had theirs.
        NEXT_TURN,
        /// The next answer takes longer than others may wait: it is to be given in a thread of its
        /// own.
        LATE_ANSWER,
        /// The connection ends when the answers are sent.
        END,
        /// No more answers come, and the peer hangs up when it has read them.
        FINISH
    }

    /// Reads once what has arrived, as much as may be kept; it may be nothing, as a new connection
    /// is heard before it is known to have said something.
    ///
    /// @return false if nothing more can come or may be kept, and nothing more is to be answered
    /// @throws IOException if the connection breaks; it is then counted and closed
    boolean receive() throws IOException;

    /// Answers what is complete by now, but no more than others may wait for.
    ///
    /// @param mayWait whether it has a thread of its own: then it never says {@link
    ///   Next#LATE_ANSWER}
    /// @return what comes next; after {@link Next#LATE_ANSWER} and {@link Next#NEXT_TURN} it is
    ///   called again, with nothing received in between
    /// @throws IOException if the connection breaks; it is then counted and closed
    Next answer(boolean mayWait) throws IOException;

    /// All answers are sent: from now on the peer has time to say more.
    default void sent() {}
}
