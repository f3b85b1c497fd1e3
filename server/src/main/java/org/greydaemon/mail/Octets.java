package org.greydaemon.mail;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// How addresses are compared: as octets, in lower case, without blanks. The original does the
/// same, so that a save file means the same to both.
public final class Octets {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// One in each octet.
    private static final long ONES = 0x0101_0101_0101_0101L;

    private static final long TOPS = ONES << 7;

    private Octets() {}

    /// Copies `from[start..end)` in ASCII lower case and without blanks (0x20 only, as the
    /// original: a tab is part of an address), at most `lengthMax` octets of it.
    ///
    /// @return the index behind the last octet written
    public static int copyAddress(
            byte[] from, int start, int end, byte[] to, int at, int lengthMax) {
        int out = at;
        int limit = at + lengthMax;
        for (int i = start; i < end && out < limit; i++) {
            byte c = from[i];
            if (c != ' ') {
                to[out++] = lower(c);
            }
        }
        return out;
    }

    /// The ASCII lower case of one octet; octets beyond ASCII stay.
    public static byte lower(byte c) {
        return c >= 'A' && c <= 'Z' ? (byte) (c + ('a' - 'A')) : c;
    }

    /// The same of a text.
    public static String lower(String text) {
        int first = 0;
        while (first < text.length() && !isUpper(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder lower = new StringBuilder(text);
        for (int i = first; i < lower.length(); i++) {
            char c = lower.charAt(i);
            lower.setCharAt(i, isUpper(c) ? (char) (c + ('a' - 'A')) : c);
        }
        return lower.toString();
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    /// The index of the first `c` in `text[start..end)`, or -1.
    public static int indexOf(byte[] text, int start, int end, int c) {
        long wanted = ONES * (c & 0xff);
        int i = start;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            // An octet that is the wanted one is 0 now, and the lowest one that is has its top set
            // (H. Warren, Hacker's Delight, 6-1).
            long octets = (long) LONG.get(text, i) ^ wanted;
            long found = (octets - ONES) & ~octets & TOPS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >> 3);
            }
        }
        for (; i < end; i++) {
            if (text[i] == c) {
                return i;
            }
        }
        return -1;
    }

    /// Whether a null-sender message for this recipient looks like a bounce to a VERP address: a
    /// `-` with a `=` somewhere behind it in the same line, the original's `/-.*=/`.
    public static boolean looksLikeVerp(byte[] text, int start, int end) {
        int dash = -1;
        for (int i = start; i < end; i++) {
            switch (text[i]) {
                case '-' -> dash = i;
                case '\n' -> dash = -1;
                case '=' -> {
                    if (dash >= 0) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    /// Whether a character is a digit of ASCII; {@link Character#isDigit} knows many more.
    public static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
