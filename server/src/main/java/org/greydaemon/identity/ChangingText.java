package org.greydaemon.identity;

/// Writes a local part with one mark in place of whatever changes from message to message:
/// counters, times, message numbers in hex, base 32 or base 64, UUIDs. Words stay. Stateless.
///
/// A word here is a run of letters and digits. What is not recognised costs a message its wait;
/// what is taken for a number makes one sender of two at the same domain. So in doubt it is a
/// number, but never without a digit unless nobody could pronounce it.
final class ChangingText {
    private static final byte MARK = '#';

    private static final int UUID_LENGTH = 36;

    /// Sixteen octets, as Constant Contact writes its numbers, are 22 of base 64 and `==`.
    private static final int BASE64_MIN = 20;

    private static final int BASE64_MAX = 64;

    private static final int HEX_MIN = 6;
    private static final int HEX_CHANGING_MIN = 4;
    private static final int RANDOM_MIN = 6;
    private static final int RANDOM_WORD_MIN = 8;
    private static final int RANDOM_LETTERS_MIN = 16;

    private ChangingText() {}

    /// Writes `text[from..to)` as far as its first `+`, unless it begins with one.
    ///
    /// @param verp a range of it that gets a mark as a whole, see {@link Verp#find}
    /// @return the index behind the last octet written
    static int write(byte[] text, int from, int to, long verp, byte[] out, int at) {
        int written = at;
        int marked = -1; // Where the last mark ends.
        int i = from;
        while (i < to) {
            int end = i == Verp.from(verp) ? Verp.to(verp) : numberTo(text, i, to);
            if (end > i) {
                written = mark(out, marked, written);
                marked = written;
                i = end;
            } else if (isWord(text[i])) {
                end = wordTo(text, i, to, Verp.from(verp));
                if (isNumber(text, i, end)) {
                    written = mark(out, marked, written);
                    marked = written;
                } else {
                    int word = written;
                    written = writeWord(text, i, end, out, written, marked);
                    marked = markedBehind(out, word, written, marked);
                }
                i = end;
            } else if (text[i] == '+' && i > from) {
                break;
            } else {
                out[written++] = text[i++];
            }
        }
        return follows(out, marked, written) ? marked : written;
    }

    /// A word with a mark for each run of digits: `user42` is `user#`.
    private static int writeWord(byte[] text, int from, int to, byte[] out, int at, int marked) {
        int written = at;
        for (int i = from; i < to; i++) {
            if (!isDigit(text[i])) {
                out[written++] = text[i];
            } else if (i == from) {
                written = mark(out, marked, written);
            } else if (!isDigit(text[i - 1])) {
                out[written++] = MARK;
            }
        }
        return written;
    }

    /// Where the last mark ends after a word; a word with one inside begins anew.
    private static int markedBehind(byte[] out, int word, int at, int marked) {
        if (marked > word || out[at - 1] == MARK) {
            return at;
        }
        for (int i = word; i < at; i++) {
            if (out[i] == MARK) {
                return -1;
            }
        }
        return marked;
    }

    /// Marks with nothing between them but what belongs to a number are one.
    private static int mark(byte[] out, int marked, int at) {
        if (follows(out, marked, at)) {
            return marked;
        }
        out[at] = MARK;
        return at + 1;
    }

    /// Whether there is nothing but separators behind the last mark.
    private static boolean follows(byte[] out, int marked, int at) {
        if (marked < 0) {
            return false;
        }
        for (int i = marked; i < at; i++) {
            if (isWord(out[i])) {
                return false;
            }
        }
        return true;
    }

    private static int wordTo(byte[] text, int from, int to, int verpFrom) {
        int i = from;
        while (i < to && i != verpFrom && isWord(text[i])) {
            i++;
        }
        return i;
    }

    /// Where a number of several words ends; `from` if there is none.
    private static int numberTo(byte[] text, int from, int to) {
        int uuid = uuidTo(text, from, to);
        return uuid > from ? uuid : base64To(text, from, to);
    }

    /// RFC 9562 4: groups of 8, 4, 4, 4 and 12 digits.
    private static int uuidTo(byte[] text, int from, int to) {
        int end = from + UUID_LENGTH;
        if (end > to || (end < to && isWord(text[end]))) {
            return from;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text[from + i] != '-' : !isHex(text[from + i])) {
                return from;
            }
        }
        return end;
    }

    /// Sixteen octets in base 64 end with `==`; a plain word does not, and may have a `+` inside.
    private static int base64To(byte[] text, int from, int to) {
        int i = from;
        int most = Math.min(to, from + BASE64_MAX);
        while (i < most && ((isWord(text[i]) && text[i] > 0) || text[i] == '+' || text[i] == '/')) {
            i++;
        }
        int end = i + 2;
        boolean padded = end <= to && text[i] == '=' && text[i + 1] == '=';
        boolean whole = padded && (end == to || !isWord(text[end]));
        return whole && i - from >= BASE64_MIN ? end : from;
    }

    /// Whether a word is a number or looks drawn by lot.
    private static boolean isNumber(byte[] text, int from, int to) {
        int length = to - from;
        int digits = 0;
        int changes = 0;
        int consonants = 0;
        int consonantsMost = 0;
        boolean hex = true;
        for (int i = from; i < to; i++) {
            boolean digit = isDigit(text[i]);
            digits += digit ? 1 : 0;
            changes += i > from && digit != isDigit(text[i - 1]) ? 1 : 0;
            consonants = isConsonant(text[i]) ? consonants + 1 : 0;
            consonantsMost = Math.max(consonantsMost, consonants);
            hex &= isHex(text[i]);
        }
        if (digits == length) {
            return true;
        }
        if (hex && digits > 0) {
            return length >= HEX_MIN || (length >= HEX_CHANGING_MIN && changes > 1);
        }
        if (length >= RANDOM_MIN && changes > 2) {
            return true;
        }
        return switch (changes) {
            case 0 -> length >= RANDOM_LETTERS_MIN && consonantsMost >= 6;
            case 1 -> length >= RANDOM_WORD_MIN && consonantsMost >= 5;
            default -> length >= RANDOM_WORD_MIN && consonantsMost >= 4;
        };
    }

    /// A letter or digit; what is beyond ASCII is a letter.
    static boolean isWord(byte c) {
        return c < 0 || isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHex(byte c) {
        return isDigit(c) || (c >= 'a' && c <= 'f');
    }

    private static boolean isConsonant(byte c) {
        return c >= 'a' && c <= 'z' && "aeiouy".indexOf(c) < 0;
    }
}
