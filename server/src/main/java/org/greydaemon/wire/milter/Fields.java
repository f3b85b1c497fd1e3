package org.greydaemon.wire.milter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mail.Octets;

/// Reads a payload field by field. What is not there reads as empty or 0, and {@link #isBroken}
/// then says so: callers read all they want and ask once.
final class Fields {
    private final byte[] octets;
    private final int end;
    private int at;
    private boolean broken;

    /// @param from where the payload begins
    /// @param to where it ends
    Fields(byte[] octets, int from, int to) {
        this.octets = octets;
        at = from;
        end = to;
    }

    /// Whether there is nothing more to read.
    boolean isEmpty() {
        return at >= end;
    }

    /// Whether something was to be read that was not there.
    boolean isBroken() {
        return broken;
    }

    /// One octet as a char.
    char letter() {
        if (!has(1)) {
            return 0;
        }
        return (char) (octets[at++] & 0xff);
    }

    /// An unsigned number of two octets.
    int int16() {
        if (!has(Short.BYTES)) {
            return 0;
        }
        at += Short.BYTES;
        return ((octets[at - 2] & 0xff) << 8) | (octets[at - 1] & 0xff);
    }

    /// A number of four octets.
    int int32() {
        if (!has(Integer.BYTES)) {
            return 0;
        }
        at += Integer.BYTES;
        return int32(octets, at - Integer.BYTES);
    }

    /// A text that ends with NUL.
    String text() {
        int nul = Octets.indexOf(octets, at, end, 0);
        if (nul < 0) {
            broken = true;
            at = end;
            return "";
        }
        String text = new String(octets, at, nul - at, ISO_8859_1);
        at = nul + 1;
        return text;
    }

    private boolean has(int length) {
        if (end - at < length) {
            broken = true;
            at = end;
        }
        return !broken;
    }

    /// The four octets at an index, big-endian.
    static int int32(byte[] octets, int at) {
        return ((octets[at] & 0xff) << 24)
                | ((octets[at + 1] & 0xff) << 16)
                | ((octets[at + 2] & 0xff) << 8)
                | (octets[at + 3] & 0xff);
    }
}
