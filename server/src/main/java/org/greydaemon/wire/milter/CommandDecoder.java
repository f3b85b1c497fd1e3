package org.greydaemon.wire.milter;

import java.util.Arrays;
import java.util.Optional;

/// Cuts what arrives into frames, wherever the network has split it, and reads the commands in
/// them. Confined to one thread.
///
/// ```
/// frame   | length: 4 octets, big-endian | command: 1 octet | payload: length - 1 octets |
/// ```
final class CommandDecoder {
    /// The longest frame. Body chunks hold at most 65,535 octets and are not asked for; the longest
    /// header that Postfix passes on has 102,400 (its header_size_limit).
    static final int FRAME_MAX = 128 << 10;

    private static final int LENGTH_SIZE = 4;
    private static final int BUFFER_MIN = 1024;

    private byte[] buffer = new byte[BUFFER_MIN];
    private int from;
    private int to;

    /// Adds octets that have arrived. Whoever adds calls {@link #next} until it has nothing more,
    /// so that never more than one incomplete frame is kept.
    void add(byte[] octets, int length) {
        makeRoom(length);
        System.arraycopy(octets, 0, buffer, to, length);
        to += length;
    }

    /// The octets that are kept.
    int room() {
        return buffer.length;
    }

    /// The octets that are kept once so many have been added.
    int roomFor(int length) {
        int octets = to - from + length;
        return octets > buffer.length ? Math.max(octets, 2 * buffer.length) : buffer.length;
    }

    private void makeRoom(int length) {
        int kept = to - from;
        if (length <= buffer.length - to) {
            return;
        }
        int room = roomFor(length);
        byte[] target = room == buffer.length ? buffer : new byte[room];
        System.arraycopy(buffer, from, target, 0, kept);
        buffer = target;
        from = 0;
        to = kept;
    }

    /// The next command; empty until more octets arrive. After {@link Command.Malformed} nothing
    /// that follows can be trusted.
    Optional<Command> next() {
        if (to - from < LENGTH_SIZE) {
            return Optional.empty();
        }
        long length = Integer.toUnsignedLong(Fields.int32(buffer, from));
        if (length < 1 || length > FRAME_MAX) {
            return Optional.of(
                    new Command.Malformed(
                            "a frame of " + length + " octets is not within 1 to " + FRAME_MAX));
        }
        int start = from + LENGTH_SIZE;
        int end = start + (int) length;
        if (end > to) {
            return Optional.empty();
        }
        Command command = CommandParser.parse(buffer, start, end);
        from = end;
        if (from == to) {
            rewind();
        }
        return Optional.of(command);
    }

    /// Gives back the room of a long frame.
    private void rewind() {
        from = 0;
        to = 0;
        if (buffer.length > BUFFER_MIN) {
            buffer = Arrays.copyOf(buffer, BUFFER_MIN);
        }
    }
}
