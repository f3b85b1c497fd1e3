package org.greydaemon.server;

/// Speaks a protocol over the connections of one {@link EventLoop}. Confined to its thread.
public interface Conversations {
    /// Begins with a connection.
    Conversation begin(Connection connection);

    /// All conversations of a round have had their turn, and their answers are about to be sent.
    void beforeReplies();
}
