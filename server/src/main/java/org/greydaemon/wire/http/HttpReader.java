package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.server.Connection;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/// Reads requests from a connection. Confined to the thread that serves it.
final class HttpReader {
    /// The most octets of a head.
    static final int HEAD_MAX = 16 << 10;

    /// A head that is longer than this counts for what the longest may hold: its octets, once more
    /// as they are read, and as fields.
    private static final int USUAL = 2 << 10;

    private static final long LARGE = 3L * HEAD_MAX;

    private static final int BUFFER = 4 << 10;

    private static final int DELETE = 0x7f;

    private final Connection connection;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private int headOctets;
    private boolean large; // Its head counts for more than the usual one.

    HttpReader(Connection connection) {
        this.connection = connection;
    }

    /// Waits for the next request.
    ///
    /// @param idleSeconds how long it may take to begin
    /// @param seconds how long it may take from there on, its body included
    /// @return empty if the peer has no more to say
    /// @throws RequestFault if it is none
    Optional<RequestHead> head(long idleSeconds, long seconds) throws IOException {
        connection.within(idleSeconds);
        if (!hasMore()) {
            return Optional.empty();
        }
        connection.rests(false);
        connection.within(seconds);
        headOctets = 0;
        large = false;
        String first = line();
        while (first.isEmpty()) { // RFC 9112 2.2: some send one after a body.
            if (!hasMore()) {
                return Optional.empty();
            }
            first = line();
        }
        RequestHead head = RequestHead.of(first);
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.field(line);
        }
        return Optional.of(head);
    }

    /// Reads a line of a head.
    private String line() throws IOException {
        String line = line("head", HEAD_MAX - headOctets);
        headOctets += line.length() + 2;
        return line;
    }

    /// Reads a line, which ends with CR LF; neither may stand in it alone, nor may another control
    /// character but a tab. It says so at once: what is no HTTP, as TLS, may have no end of line.
    ///
    /// @param where for whoever asks
    /// @param octetsMax how long it may be
    /// @throws RequestFault if it is longer
    String line(String where, int octetsMax) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = octet(); octet != '\r'; octet = octet()) {
            requireText(where, octet);
            if (line.size() >= octetsMax) {
                throw new RequestFault(
                        Answer.HEAD_TOO_LARGE, where + ": it is too long; send a shorter one");
            }
            line.write(octet);
            if (!large && headOctets + line.size() >= USUAL) {
                large = true;
                if (!connection.hold(LARGE)) {
                    throw new IOException("no memory is left for the head");
                }
            }
        }
        if (octet() != '\n') {
            throw new RequestFault(
                    Answer.BAD_REQUEST, where + ": a line has CR without LF; send both");
        }
        return line.toString(ISO_8859_1);
    }

    private static void requireText(String where, int octet) throws RequestFault {
        if (octet == '\n') {
            throw new RequestFault(
                    Answer.BAD_REQUEST, where + ": a line ends with LF alone; send CR LF");
        }
        if ((octet < ' ' && octet != '\t') || octet == DELETE) {
            throw new RequestFault(
                    Answer.BAD_REQUEST,
                    where
                            + ": it has octet "
                            + octet
                            + ", which is no text; ask with http://, not with https://");
        }
    }

    private int octet() throws IOException {
        if (!hasMore()) {
            throw new EOFException("it ends within a request");
        }
        return buffer[from++] & 0xff;
    }

    private boolean hasMore() throws IOException {
        if (from == to) {
            from = 0;
            to = Math.max(0, connection.read(buffer, 0, BUFFER));
        }
        return from < to;
    }

    /// Reads octets of a body.
    ///
    /// @return how many, at least one
    /// @throws EOFException if none will come any more
    int read(byte[] octets, int at, int length) throws IOException {
        if (!hasMore()) {
            throw new EOFException("it ends within a body");
        }
        int count = Math.min(length, to - from);
        System.arraycopy(buffer, from, octets, at, count);
        from += count;
        return count;
    }
}
