package org.greydaemon.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Text from the network as it may stand in a log or a file: nothing in it can end a line, forge a
/// field or steer a terminal.
///
/// A dangerous octet becomes `\xNN`. A backslash stays as it is unless an `x` follows it, where it
/// becomes `\x5c`: so every text can be read back, and nearly every address looks as it always did
/// (the original writes all of them raw).
///
/// Dangerous are the C0 controls and DEL, the C1 controls (as one octet or as UTF-8), what turns
/// the direction of text, cannot be seen or parts lines ({@link #isShown}), and octets that are no
/// UTF-8; in a field also the blank. Letters beyond ASCII (RFC 6531) stay readable.
public final class EscapedText {
    /// The most octets that one octet of input can become.
    public static final int EXPANSION_MAX = 4;

    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// One in each octet.
    private static final long ONES = 0x0101_0101_0101_0101L;

    private static final long TOPS = ONES << 7;

    private EscapedText() {}

    /// Writes `from[start..end)` as one field of a line: blanks are escaped too.
    ///
    /// @param to must have room for {@link #EXPANSION_MAX} times the length from `at` on
    /// @return the index behind the last octet written
    public static int writeField(byte[] from, int start, int end, byte[] to, int at) {
        return write(from, start, end, to, at, ' ');
    }

    /// Whether {@link #writeField} writes `text[from..to)` as it is, as nearly always.
    public static boolean isPlain(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] <= ' ' || text[i] >= 0x7f || text[i] == '\\') {
                return false;
            }
        }
        return true;
    }

    /// Writes `from[start..end)` as a part of a line: blanks stay, NUL becomes a blank as in the
    /// original's log.
    ///
    /// @param to must have room for {@link #EXPANSION_MAX} times the length from `at` on
    /// @return the index behind the last octet written
    public static int writeLine(byte[] from, int start, int end, byte[] to, int at) {
        return write(from, start, end, to, at, -1);
    }

    private static int write(byte[] from, int start, int end, byte[] to, int at, int alsoEscaped) {
        int out = at;
        int i = start;
        while (i < end) {
            if (end - i >= Long.BYTES) {
                long octets = (long) LONG.get(from, i);
                int plain = plainOctets(octets);
                LONG.set(to, out, octets); // What is not plain is written over below.
                i += plain;
                out += plain;
                if (plain == Long.BYTES) {
                    continue;
                }
            }
            int octet = from[i] & 0xff;
            if (octet == 0 && alsoEscaped < 0) {
                to[out++] = ' ';
                i++;
            } else if (octet < ' ' || octet == 0x7f || octet == alsoEscaped) {
                out = escape(octet, to, out);
                i++;
            } else if (octet < 0x80) {
                boolean looksEscaped = octet == '\\' && i + 1 < end && from[i + 1] == 'x';
                out = looksEscaped ? escape(octet, to, out) : put(from[i], to, out);
                i++;
            } else {
                int length = utf8Length(from, i, end);
                out = length == 0 ? escape(octet, to, out) : copy(from, i, length, to, out);
                i += Math.max(length, 1);
            }
        }
        return out;
    }

    /// How many of eight octets, the first one in the lowest bits, are to be copied as they are:
    /// visible ASCII but the backslash. Nearly all are, so eight are looked at in one go: in each
    /// octet of `others` the top bit says that it is not one of them. No sum below carries into, or
    /// borrows from, the octet beside it.
    private static int plainOctets(long octets) {
        long others =
                octets // 0x80 and more
                        | ~((octets | TOPS) - ONES * '!') // less than the first visible one
                        | ~(((octets ^ ONES * '\\') | TOPS) - ONES) // the backslash
                        | ((octets & ~TOPS) + ONES); // DEL
        return Long.numberOfTrailingZeros(others & TOPS) / Byte.SIZE;
    }

    private static int escape(int octet, byte[] to, int at) {
        to[at] = '\\';
        to[at + 1] = 'x';
        to[at + 2] = HEX[octet >> 4];
        to[at + 3] = HEX[octet & 0xf];
        return at + 4;
    }

    private static int put(byte octet, byte[] to, int at) {
        to[at] = octet;
        return at + 1;
    }

    private static int copy(byte[] from, int start, int length, byte[] to, int at) {
        System.arraycopy(from, start, to, at, length);
        return at + length;
    }

    /// Whether a character may be shown as it is: no control, nothing that turns the direction of
    /// the text around it or is invisible (Unicode's general category Cf, U+202E for example), no
    /// separator of lines.
    public static boolean isShown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }

    /// A text as it may be shown in one line: what {@link #isShown} says no to is escaped. Text
    /// that is escaped already stays as it is.
    public static String shown(String text) {
        if (text.codePoints().allMatch(EscapedText::isShown)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    if (isShown(c)) {
                        shown.appendCodePoint(c);
                    } else {
                        for (byte octet : Character.toString(c).getBytes(UTF_8)) {
                            shown.append("\\x%02x".formatted(octet));
                        }
                    }
                });
        return shown.toString();
    }

    /// The length of the UTF-8 sequence at `i` that may be shown, or 0 if there is none (RFC 3629
    /// 4).
    private static int utf8Length(byte[] text, int i, int end) {
        int first = text[i] & 0xff;
        int length =
                first >= 0xf5 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
        if (length == 0 || i + length > end) {
            return 0;
        }
        int second = text[i + 1] & 0xff;
        int lowest =
                switch (first) {
                    case 0xc2, 0xe0 -> 0xa0;
                    case 0xf0 -> 0x90;
                    default -> 0x80;
                };
        int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < lowest || second > highest) {
            return 0;
        }
        int codePoint = ((first & (0xff >> (length + 1))) << 6) | (second & 0x3f);
        for (int k = 2; k < length; k++) {
            if ((text[i + k] & 0xc0) != 0x80) {
                return 0;
            }
            codePoint = (codePoint << 6) | (text[i + k] & 0x3f);
        }
        return isShown(codePoint) ? length : 0;
    }

    /// Reads back in place what {@link #writeField} wrote.
    ///
    /// @return the new end of the text that begins at `start`
    public static int unescape(byte[] text, int start, int end) {
        int out = start;
        int i = start;
        while (i < end) {
            int value =
                    i + 4 <= end && text[i] == '\\' && text[i + 1] == 'x' ? octet(text, i + 2) : -1;
            text[out++] = value < 0 ? text[i] : (byte) value;
            i += value < 0 ? 1 : 4;
        }
        return out;
    }

    /// The octet of two lower-case hexadecimal digits, or -1: upper case is never written here, so
    /// it is text.
    private static int octet(byte[] text, int at) {
        int high = digit(text[at]);
        int low = digit(text[at + 1]);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int digit(byte c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }
}
