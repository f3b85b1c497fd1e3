package org.greydaemon.server;

import java.util.function.Function;

/// Speaks a protocol over the connections of one {@link EventLoop}. Confined to its thread.
public interface Conversations {
    /// Begins with a connection.
    Conversation begin(Connection connection);

    /// All conversations of a round have had their turn, and their answers are about to be sent.
    void beforeReplies();

    /// Those of a protocol whose conversations need nothing else of their thread.
    ///
    /// @param begin begins with a connection
    /// @param beforeReplies is done once for each round
    static Conversations of(
            Function<? super Connection, ? extends Conversation> begin, Runnable beforeReplies) {
        return new Conversations() {
            @Override
            public Conversation begin(Connection connection) {
                return begin.apply(connection);
            }

            @Override
            public void beforeReplies() {
                beforeReplies.run();
            }
        };
    }
}
