package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import redis.clients.jedis.resps.StreamEntryBinary;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What the entries of a stream hold: `h`, who wrote it, and `c`, lines of {@link ChangeLine} and
/// {@link WordLine}. Stateless.
final class StreamEntries {
    /// The most octets of lines in one entry.
    private static final int LINES_MAX = 32 << 10;

    private static final byte[] HOST = {'h'};
    private static final byte[] CHANGES = {'c'};

    private StreamEntries() {}

    /// The fields of an entry.
    static Map<byte[], byte[]> fields(String host, byte[] lines) {
        return Map.of(HOST, host.getBytes(ISO_8859_1), CHANGES, lines);
    }

    /// Puts lines together, for as many entries as they need. Confined to one thread.
    static final class Packing {
        private final List<byte[]> entries = new ArrayList<>();
        private byte[] room = new byte[0];
        private int length;

        /// Adds a line with its end.
        void add(byte[] from, int at, int octets) {
            if (length > 0 && length + octets > LINES_MAX) {
                close();
            }
            if (length + octets > room.length) {
                room = Arrays.copyOf(room, Math.max(length + octets, 4 * room.length));
            }
            System.arraycopy(from, at, room, length, octets);
            length += octets;
        }

        private void close() {
            entries.add(Arrays.copyOf(room, length));
            length = 0;
        }

        /// What each entry holds.
        List<byte[]> entries() {
            if (length > 0) {
                close();
            }
            return entries;
        }
    }

    /// What was read of streams.
    ///
    /// @param streams null if none has anything new
    static List<Engine.StreamEntry> written(
            @Nullable List<Map.Entry<byte[], List<StreamEntryBinary>>> streams) {
        List<Engine.StreamEntry> all = new ArrayList<>();
        if (streams != null) {
            for (Map.Entry<byte[], List<StreamEntryBinary>> stream : streams) {
                stream.getValue().forEach(entry -> all.add(written(entry)));
            }
        }
        return all;
    }

    private static Engine.StreamEntry written(StreamEntryBinary entry) {
        String host = "";
        byte[] lines = {};
        for (Map.Entry<byte[], byte[]> field : entry.getFields().entrySet()) {
            host =
                    Arrays.equals(field.getKey(), HOST)
                            ? EngineConnection.text(field.getValue())
                            : host;
            lines = Arrays.equals(field.getKey(), CHANGES) ? field.getValue() : lines;
        }
        return new Engine.StreamEntry(entry.getID().toString(), host, ByteBuffer.wrap(lines));
    }
}
