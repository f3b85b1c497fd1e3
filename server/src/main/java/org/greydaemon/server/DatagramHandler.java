package org.greydaemon.server;

/// Answers datagrams, round by round: it hears of all datagrams of a round before it is asked for
/// the first answer, so that it can fetch at once what it needs for all of them. Confined to one of
/// the threads that answer: each has its own.
public interface DatagramHandler {
    /// The most octets of an answer.
    int REPLY_MAX = 16;

    /// Reads a datagram of a round.
    ///
    /// @param datagram valid until {@link #beforeReplies}
    default void read(Datagram datagram) {}

    /// All datagrams of a round have been read.
    default void beforeAnswers() {}

    /// Answers a datagram that it has read; in the order in which they came.
    ///
    /// @param reply receives the answer, at most {@link #REPLY_MAX} octets
    /// @return the octets of the answer; 0 for silence
    int answer(Datagram datagram, byte[] reply);

    /// All datagrams of a round are handled and their answers are about to be sent.
    void beforeReplies();
}
