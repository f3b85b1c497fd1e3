package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.json.JsonLine;
import org.greydaemon.server.Connection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// Lines on their way to the operator, sent in chunks: whatever their number, no more than a chunk
/// is held. Confined to one thread.
final class LineWriter {
    private static final int CHUNK = 64 << 10;

    /// How long the peer may take for a chunk, in seconds.
    private static final long CHUNK_SECONDS = 30;

    private final Connection connection;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();

    LineWriter(Connection connection) {
        this.connection = connection;
    }

    /// Adds a line.
    ///
    /// @throws IOException if the peer is gone or too slow
    void line(String text) throws IOException {
        chunk.writeBytes(text.getBytes(UTF_8));
        chunk.write('\n');
        if (chunk.size() >= CHUNK) {
            flush();
        }
    }

    /// Adds the last line: what was asked is done.
    void done(JsonLine line) throws IOException {
        line(line.toString());
        flush();
    }

    /// Adds the last line: it is not done.
    void error(RequestException why) throws IOException {
        JsonLine line = new JsonLine().put("ok", false);
        line.put("error", String.valueOf(why.getMessage()));
        done(why.isWide() ? line.put("wide", true) : line);
    }

    /// Sends what is there.
    void flush() throws IOException {
        connection.within(CHUNK_SECONDS);
        connection.write(chunk.toByteArray(), 0, chunk.size());
        chunk.reset();
    }
}
