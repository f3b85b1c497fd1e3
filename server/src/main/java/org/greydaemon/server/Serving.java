package org.greydaemon.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/// Serves what a {@link ConnectionServer} accepts, and tells it of each end. Safe for use by
/// several threads.
interface Serving {
    /// Takes a connection over, but does not serve it yet.
    ///
    /// @throws IOException if its peer is gone again, or the system has nothing left for it; its
    ///   channel is the caller's then
    Connection take(SocketChannel channel) throws IOException;

    /// Serves a connection that it has taken.
    void serve(Connection connection);

    /// Waits a moment until whoever has hung up by now has been heard, so that its place is free.
    void settle();

    /// Whether nobody who serves several connections has died.
    boolean lives();

    /// Whether all who serve several connections live, and none is in the same round as when this
    /// was last asked. To be called by one thread.
    boolean moves();

    /// Ends. To be called when all connections have, or nobody waits for them any more.
    void stop() throws InterruptedException;
}
