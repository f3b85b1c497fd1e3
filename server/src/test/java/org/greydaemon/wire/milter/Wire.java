package org.greydaemon.wire.milter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Frames as people write them in tests and transcripts: the letter, then the fields, for example
/// `C "mail.example.org" '4' :55912 "192.0.2.7"` or `O 00000006 000001ff 001fffff`.
///
/// `"text"` is the text and a NUL, `'x'` one octet, `:n` a number of two octets, eight hexadecimal
/// digits one of four; in a text `\r`, `\n`, `\"` and `\\` are what they are in Java.
final class Wire {
    private static final Pattern FIELD =
            Pattern.compile("\"((?:[^\"\\\\]++|\\\\.)*+)\"|'(.)'|:(\\d+)|([0-9a-f]{8})");

    private Wire() {}

    /// One frame.
    static byte[] frame(String text) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(text.charAt(0));
        String rest = text.substring(1).strip();
        Matcher field = FIELD.matcher(rest);
        int at = 0;
        while (at < rest.length()) {
            if (!field.find(at) || !rest.substring(at, field.start()).isBlank()) {
                throw new IllegalArgumentException("no field: " + rest.substring(at));
            }
            put(field, payload);
            at = field.end();
        }
        return raw(payload.toByteArray());
    }

    private static void put(Matcher field, ByteArrayOutputStream payload) {
        if (field.group(1) != null) {
            payload.writeBytes(field.group(1).translateEscapes().getBytes(ISO_8859_1));
            payload.write(0);
        } else if (field.group(2) != null) {
            payload.write(field.group(2).charAt(0));
        } else if (field.group(3) != null) {
            int number = Integer.parseInt(field.group(3));
            payload.write(number >> 8);
            payload.write(number);
        } else {
            int number = Integer.parseUnsignedInt(field.group(4), 16);
            payload.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        }
    }

    /// The octets of a frame, behind their length.
    static byte[] raw(byte[] frame) {
        return ByteBuffer.allocate(Integer.BYTES + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    /// Frames one behind the other.
    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
