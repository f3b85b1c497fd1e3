package org.greydaemon.wire.milter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Writes frames, see {@link CommandDecoder}. Several frames that belong together become one answer
/// with {@link #and}. Confined to one thread.
final class Frame {
    private final ByteArrayOutputStream before;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();

    /// Begins a frame.
    ///
    /// @param letter the answer's letter
    Frame(char letter) {
        this(letter, new ByteArrayOutputStream());
    }

    private Frame(char letter, ByteArrayOutputStream before) {
        this.before = before;
        payload.write(letter);
    }

    /// Adds a number of four octets.
    Frame int32(int number) {
        payload.writeBytes(bigEndian(number));
        return this;
    }

    /// Adds a text and its NUL.
    Frame text(String text) {
        payload.writeBytes(text.getBytes(ISO_8859_1));
        payload.write(0);
        return this;
    }

    /// Ends this frame and begins one behind it.
    Frame and(char letter) {
        return new Frame(letter, finished());
    }

    /// All frames.
    byte[] octets() {
        return finished().toByteArray();
    }

    private ByteArrayOutputStream finished() {
        before.writeBytes(bigEndian(payload.size()));
        before.writeBytes(payload.toByteArray());
        return before;
    }

    private static byte[] bigEndian(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
