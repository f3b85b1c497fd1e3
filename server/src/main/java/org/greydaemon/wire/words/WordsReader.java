package org.greydaemon.wire.words;

import org.greydaemon.mail.Octets;
import org.greydaemon.server.Connection;

import java.io.IOException;

/// Receives one request in pieces of any size: over TCP it ends with a line feed or with what the
/// peer says, over a unix socket with the piece too. What lies behind the bound is taken and not
/// kept: if it stayed unread, the system would take the answer back from the peer. Used by one
/// thread at a time.
final class WordsReader {
    private final byte[] octets = new byte[WordsHandler.REQUEST_MAX];
    private final boolean isUnix;
    private int length;
    private boolean isComplete;
    private boolean isCut;

    /// @param isUnix whether it comes over a unix socket
    WordsReader(boolean isUnix) {
        this.isUnix = isUnix;
    }

    /// Takes what has arrived.
    void receive(Connection connection) throws IOException {
        if (length < octets.length) {
            int count = connection.read(octets, length, octets.length - length);
            int from = length;
            length += Math.max(count, 0);
            boolean isPiece = isUnix && count > 0 && length < octets.length;
            isComplete = count < 0 || isPiece || hasEnd(octets, from, length);
        } else {
            byte[] beyond = new byte[octets.length];
            int count = connection.read(beyond, 0, beyond.length);
            isCut |= count > 0;
            boolean isPiece = isUnix && count > 0 && count < beyond.length;
            isComplete = count < 0 || isPiece || hasEnd(beyond, 0, count);
        }
    }

    private static boolean hasEnd(byte[] octets, int from, int to) {
        return Octets.indexOf(octets, from, to, '\n') >= 0;
    }

    /// Whether the request has come to its end.
    boolean isComplete() {
        return isComplete;
    }

    /// Whether octets behind the last one are missing.
    boolean isCut() {
        return isCut;
    }

    /// The octets.
    byte[] octets() {
        return octets;
    }

    /// How many of them count.
    int length() {
        return length;
    }
}
