package org.greydaemon.server;

import java.io.IOException;
import java.util.Set;

/// The sockets of the connections that a server has accepted, by the numbers of their descriptors.
///
/// Java ends what a connection receives by `SocketChannel.shutdownInput`, and then gives nothing
/// away of what has arrived by then. The system does (shutdown(2), SHUT_RD): what has arrived can
/// be read, whoever waits for more hears the end, and nobody can send to a unix socket any more.
///
/// @param places where the server listens
/// @param peers who is connected over TCP
record AcceptedSockets(Set<StreamAddress> places, Set<StreamAddress> peers) {
    /// Ends what they receive. Best effort: who waits for his peer and cannot be told goes on to.
    void endInput() {
        try {
            for (int descriptor : SocketDescriptors.all()) {
                endInput(descriptor);
            }
        } catch (IOException e) {
            // The system does not tell.
        }
    }

    /// Under a number of our own it stays the same socket: the thread that serves the connection
    /// may close it, and the next file that anybody opens gets its number.
    private void endInput(int descriptor) {
        if (!SocketDescriptors.isSocket(descriptor)) {
            return; // To close another number of a file can wait for its disk (close(2)).
        }
        int held;
        try {
            held = SocketDescriptors.duplicate(descriptor);
        } catch (IOException e) {
            return; // Closed meanwhile.
        }
        try {
            if (isOurs(held)) {
                SocketDescriptors.endInput(held);
            }
        } finally {
            FileDescriptors.close(held);
        }
    }

    /// Over TCP only the peer tells one connection from others: they have the server's port, and
    /// the address that the peer has asked. On a unix socket only the server's place does.
    private boolean isOurs(int descriptor) {
        if (SocketDescriptors.isListening(descriptor)) {
            return false;
        }
        return SocketDescriptors.peer(descriptor).filter(peers::contains).isPresent()
                || places.stream()
                        .anyMatch(place ->
                                place instanceof StreamAddress.Unix(var path)
                                        && SocketDescriptors.isAt(descriptor, path));
    }
}
