package org.greydaemon.server;

import org.greydaemon.net.Endpoint;

/// Takes over the answers to datagrams that have to wait for something, so that the others need not
/// wait for them.
@FunctionalInterface
public interface LateAnswers {
    /// Takes over no answer.
    LateAnswers NONE = (_, _) -> false;

    /// What is to be done for an answer, in a thread of its own.
    @FunctionalInterface
    interface Work {
        /// Finds the answer.
        ///
        /// @param from who has asked
        /// @param reply receives the answer, at most {@link DatagramHandler#REPLY_MAX} octets
        /// @return the octets of the answer; 0 for silence
        int answer(Endpoint from, byte[] reply);
    }

    /// Has the work done and its answer sent.
    ///
    /// @param from who asks; valid until this returns
    /// @return whether it will be; false if as many as may be wait already, or the server stops
    boolean answer(Peer from, Work work);
}
