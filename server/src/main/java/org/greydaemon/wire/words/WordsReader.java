package org.greydaemon.wire.words;

import org.greydaemon.mail.Octets;
import org.greydaemon.server.Connection;

import java.io.IOException;
import java.util.Arrays;

/// Receives one request in pieces of any size: over TCP it ends with a line feed or with what the
/// peer says, over a unix socket with the piece too. What lies behind the bound is taken and not
/// kept: if it stayed unread, the system would take the answer back from the peer. Used by one
/// thread at a time.
final class WordsReader {
    private static final byte[] NOTHING = {};

    // What arrives, for all connections of a loop: nearly every request comes in one piece.
    private final byte[] piece;
    private final boolean isUnix;
    private byte[] octets = NOTHING;
    private boolean isComplete;
    private boolean isCut;
    private boolean isAll;

    /// @param piece used while something is received, at least {@link WordsHandler#REQUEST_MAX}
    /// @param isUnix whether it comes over a unix socket
    WordsReader(byte[] piece, boolean isUnix) {
        this.piece = piece;
        this.isUnix = isUnix;
    }

    /// Takes what has arrived.
    void receive(Connection connection) throws IOException {
        boolean isBeyond = octets.length == WordsHandler.REQUEST_MAX;
        int most = isBeyond ? piece.length : WordsHandler.REQUEST_MAX - octets.length;
        int count = connection.read(piece, 0, most);
        boolean isPiece = isUnix && count > 0;
        isComplete = count < 0 || isPiece || hasEnd(piece, 0, Math.max(count, 0));
        isAll = count < 0 || (count > 0 && count < most && piece[count - 1] == '\n');
        if (isBeyond) {
            isCut |= count > 0;
        } else if (count > 0) {
            octets = Arrays.copyOf(octets, octets.length + count);
            System.arraycopy(piece, 0, octets, octets.length - count, count);
        }
        if (isPiece && count == most) {
            lookBeyond(connection);
        }
    }

    /// A piece that fills all there is room for has its end there, or has not: what a peer has
    /// written at once has arrived at once, and nothing else would ever tell.
    private void lookBeyond(Connection connection) throws IOException {
        byte last = piece[octets.length - 1];
        int more = connection.read(piece, 0, piece.length);
        isCut = more > 0;
        isAll = more < 0 || (more == 0 && last == '\n');
    }

    private static boolean hasEnd(byte[] octets, int from, int to) {
        return Octets.indexOf(octets, from, to, '\n') >= 0;
    }

    /// Whether the request has come to its end.
    boolean isComplete() {
        return isComplete;
    }

    /// Whether the peer has nothing more to say, as far as anybody can know: it has said so, or has
    /// ended the line. One that has not may do so yet, in a piece of its own.
    boolean isAll() {
        return isAll;
    }

    /// Whether octets behind the last one are missing.
    boolean isCut() {
        return isCut;
    }

    /// All octets that are kept.
    byte[] octets() {
        return octets;
    }
}
