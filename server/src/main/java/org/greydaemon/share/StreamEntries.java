package org.greydaemon.share;

import org.jspecify.annotations.Nullable;

import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.args.Rawable;
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

    /// Adds an entry to a stream.
    ///
    /// @param trim what is older goes, in milliseconds of the engine's time
    /// @param lines only lent until the command is sent: the library would copy an array
    static CommandArguments added(byte[] stream, long trim, String host, byte[] lines) {
        return new CommandArguments(Protocol.Command.XADD)
                .key(stream)
                .add("MINID")
                .add("~")
                .add(trim + "-0")
                .add("*")
                .add(HOST)
                .add(host)
                .add(CHANGES)
                .add(new Lent(lines));
    }

    private static final class Lent implements Rawable {
        private final byte[] octets;

        Lent(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public byte[] getRaw() {
            return octets;
        }
    }

    /// Puts lines together, for as many entries as they need, again and again. Confined to one
    /// thread.
    static final class Packing {
        private byte[] room = new byte[LINES_MAX];
        private List<byte[]> entries = new ArrayList<>();
        private int length;

        /// Adds a line with its end.
        void add(byte[] from, int at, int octets) {
            if (length > 0 && length + octets > LINES_MAX) {
                close();
            }
            if (octets > room.length) {
                room = new byte[octets];
            }
            System.arraycopy(from, at, room, length, octets);
            length += octets;
        }

        private void close() {
            entries.add(Arrays.copyOf(room, length));
            length = 0;
        }

        /// What each entry holds; from now on others are put together.
        List<byte[]> entries() {
            if (length > 0) {
                close();
            }
            List<byte[]> all = entries;
            entries = new ArrayList<>();
            return all;
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
