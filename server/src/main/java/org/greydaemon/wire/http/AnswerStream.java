package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// An answer whose length nobody knows before its end: what is flushed together is sent together.
/// Confined to the thread that answers.
final class AnswerStream extends OutputStream {
    /// Sends octets.
    @FunctionalInterface
    interface Outlet {
        void send(byte[] octets) throws IOException;
    }

    private final Outlet outlet;
    private final boolean isChunked;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

    /// @param isChunked whether the peer is told where it ends (RFC 9112 7.1); else the connection
    ///   has to end
    AnswerStream(Outlet outlet, boolean isChunked) {
        this.outlet = outlet;
        this.isChunked = isChunked;
    }

    @Override
    public void write(int octet) {
        waiting.write(octet);
    }

    @Override
    public void write(byte[] octets, int from, int length) {
        waiting.write(octets, from, length);
    }

    @Override
    public void flush() throws IOException {
        if (waiting.size() == 0) {
            return; // A chunk without octets is the end.
        }
        byte[] octets = waiting.toByteArray();
        waiting.reset();
        if (isChunked) {
            waiting.writeBytes((Integer.toHexString(octets.length) + "\r\n").getBytes(ISO_8859_1));
            waiting.writeBytes(octets);
            waiting.writeBytes("\r\n".getBytes(ISO_8859_1));
            octets = waiting.toByteArray();
            waiting.reset();
        }
        outlet.send(octets);
    }

    @Override
    public void close() throws IOException {
        flush();
        if (isChunked) {
            outlet.send("0\r\n\r\n".getBytes(ISO_8859_1));
        }
    }
}
