package org.greydaemon.server;

import java.io.IOException;

/// Speaks a protocol over connections. Called by one thread for each connection, so it must be safe
/// for use by several threads; what belongs to one conversation belongs on the stack of {@link
/// #serve}.
@FunctionalInterface
public interface ConnectionHandler {
    /// Serves one connection to its end; it is closed when this returns or throws.
    ///
    /// The end comes as {@link Connection#read} returning -1: the peer has said all it will say, or
    /// the server stops. What was asked completely before that is still answered.
    ///
    /// @throws IOException if the connection breaks; it is then counted and closed
    void serve(Connection connection) throws IOException;
}
