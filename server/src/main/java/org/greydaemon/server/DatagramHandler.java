package org.greydaemon.server;

/// Answers datagrams. Confined to one of the threads that answer: each has its own.
public interface DatagramHandler {
    /// The most octets of an answer.
    int REPLY_MAX = 16;

    /// Answers one datagram.
    ///
    /// @param datagram the octets; valid until this returns
    /// @param length how many count
    /// @param from who asks; valid until this returns
    /// @param reply receives the answer, at most {@link #REPLY_MAX} octets
    /// @return the octets of the answer; 0 for silence
    int answer(byte[] datagram, int length, Peer from, byte[] reply);

    /// All datagrams of a round are handled and their answers are about to be sent.
    void beforeReplies();
}
