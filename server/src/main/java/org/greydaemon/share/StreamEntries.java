package org.greydaemon.share;

import org.jspecify.annotations.Nullable;

import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.args.Rawable;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// What the entries of a stream hold: `h`, who wrote it, and `c`, lines of {@link ChangeLine} and
/// {@link WordLine}. Stateless.
final class StreamEntries {
    /// The most octets of lines in one entry.
    private static final int LINES_MAX = 32 << 10;

    private static final Pattern ID = Pattern.compile("[0-9]{1,20}-[0-9]{1,20}");

    private static final long BEYOND = Long.MAX_VALUE;

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

    /// Reads a stream.
    ///
    /// @param after where we are
    /// @param count the most entries
    static CommandArguments read(byte[] stream, String after, int count) {
        return new CommandArguments(Protocol.Command.XREAD)
                .add("COUNT")
                .add(count)
                .add("STREAMS")
                .key(stream)
                .add(after);
    }

    /// What was read of a stream. The library's own reading fails for ids from 2^63 on, of which
    /// each half has 64 bits.
    ///
    /// @param reply null if there is nothing new
    /// @param after where we were
    /// @param count the most entries that were asked for
    /// @throws EngineException if it is anything else: what was read before, and comes again with
    ///   each answer, would never come to an end
    static List<Engine.StreamEntry> written(@Nullable Object reply, String after, int count)
            throws EngineException {
        List<Engine.StreamEntry> all = new ArrayList<>();
        if (reply != null) {
            for (Object stream : list(reply)) {
                for (Object entry : list(list(stream).getLast())) {
                    all.add(entry(list(entry)));
                }
            }
        }
        String last = after;
        for (Engine.StreamEntry entry : all) {
            if (!isBehind(entry.id(), last)) {
                throw EngineFault.repeated();
            }
            last = entry.id();
        }
        if (all.size() > count) {
            throw EngineFault.strange("XREAD");
        }
        return all;
    }

    /// Whether a place is behind another one; of what is no place nobody knows that it is not.
    static boolean isBehind(String id, String last) {
        if (!ID.matcher(id).matches() || !ID.matcher(last).matches()) {
            return true;
        }
        int millis = half(id, 0).compareTo(half(last, 0));
        return millis > 0 || (millis == 0 && half(id, 1).compareTo(half(last, 1)) > 0);
    }

    private static BigInteger half(String id, int which) {
        return new BigInteger(id.split("-", 2)[which]);
    }

    private static Engine.StreamEntry entry(List<?> entry) throws EngineException {
        String id = EngineConnection.text(entry.getFirst());
        if (!ID.matcher(id).matches()) {
            throw EngineFault.strange("XREAD");
        }
        String host = "";
        byte[] lines = {};
        List<?> fields = list(entry.getLast());
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (fields.get(i) instanceof byte[] name && fields.get(i + 1) instanceof byte[] value) {
                host = Arrays.equals(name, HOST) ? EngineConnection.text(value) : host;
                lines = Arrays.equals(name, CHANGES) ? value : lines;
            }
        }
        return new Engine.StreamEntry(id, host, ByteBuffer.wrap(lines));
    }

    private static List<?> list(@Nullable Object reply) throws EngineException {
        if (reply instanceof List<?> parts && !parts.isEmpty()) {
            return parts;
        }
        throw EngineFault.strange("XREAD");
    }

    /// The time of a place in a stream, in milliseconds; 0 if it is none.
    static long millis(String id) {
        int end = id.indexOf('-');
        try {
            long millis = Long.parseUnsignedLong(end < 0 ? id : id.substring(0, end));
            return millis < 0 ? BEYOND : millis;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /// Whether no clock can have given it: then somebody else has, and what comes after it has no
    /// time, or finds no place at all.
    static boolean isBeyond(String id) {
        return millis(id) == BEYOND;
    }
}
