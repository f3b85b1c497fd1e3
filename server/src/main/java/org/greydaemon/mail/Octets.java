package org.greydaemon.mail;

/// How addresses are compared: as octets, in lower case, without blanks. The original does the
/// same, so that a save file means the same to both.
public final class Octets {
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

    /// The index of the first `c` in `text[start..end)`, or -1.
    public static int indexOf(byte[] text, int start, int end, int c) {
        for (int i = start; i < end; i++) {
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
}
