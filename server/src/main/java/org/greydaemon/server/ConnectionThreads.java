package org.greydaemon.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/// A thread for each connection, `NAME-1`, `-2` and so on, in which a handler may wait. It is no
/// virtual one, which keeps its carrier when it waits for a disk: while that hangs, nobody could
/// ask what is wrong.
final class ConnectionThreads implements Serving {
    private final ConnectionServer server;
    private final ConnectionHandler handler;

    /// @param handler speaks the protocol
    ConnectionThreads(ConnectionServer server, ConnectionHandler handler) {
        this.server = server;
        this.handler = handler;
    }

    @Override
    public Connection take(SocketChannel channel) throws IOException {
        Connection connection = server.connection(channel);
        connection.waits(true); // Its thread may take a moment until it reads.
        return connection;
    }

    @Override
    public void serve(Connection connection) {
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name(server.name() + "-" + server.counts().accepted())
                    .start(() -> speak(connection));
        } catch (OutOfMemoryError e) {
            // The system has no more threads; others accept all the same.
            server.counts().broke();
            connection.close();
            server.isOver(connection);
        }
    }

    private void speak(Connection connection) {
        try {
            handler.serve(connection);
        } catch (IOException e) {
            if (!connection.isClosed() && !connection.isResting()) {
                server.counts().broke();
            }
        } catch (RuntimeException | Error e) {
            server.onBug().ofConnection().uncaughtException(Thread.currentThread(), e);
        } finally {
            connection.close();
            server.isOver(connection);
        }
    }

    @Override
    public void settle() {
        // Each thread waits for its peer, and hears it at once.
    }

    @Override
    public boolean lives() {
        return true;
    }

    @Override
    public boolean moves() {
        return true;
    }

    @Override
    public void stop() {
        // Each thread has ended with its connection.
    }
}
