package org.greydaemon.identity;

import org.greydaemon.mail.Octets;
import org.greydaemon.net.IpAddress;

/// Finds a host's address in its own name: `c-73-162-10-20.example.net`, `p5b0c1d2e.example.net`,
/// `123.red-83-45-12.example.net`. Stateless.
final class AddressInName {
    private static final int OCTETS = 4;
    private static final int MOST = 3;
    private static final int NUMBERS_MAX = 32;

    /// Of two octets together, where words stand before them: `web1-0` is nobody's address.
    private static final int HALF_DIGITS_MIN = 4;

    /// So many digits of an IPv6 address one behind the other are no chance.
    private static final int NIBBLES_MIN = 12;

    private static final int NIBBLES = 32;
    private static final int GROUPS_MIN = 3;
    private static final int NAME_MAX = 253;

    private AddressInName() {}

    /// Whether a name holds the address, or three octets of an IPv4 address in a row, forwards or
    /// backwards, or a good part of an IPv6 address.
    static boolean holdsMost(String host, long high, long low) {
        if (host.length() > NAME_MAX) {
            return false;
        }
        if (!IpAddress.isIpv4(high, low)) {
            return holdsNibbles(host, high, low) || holdsGroups(host, high, low);
        }
        int bits = (int) low;
        return holdsOctets(host, bits) || holdsJoined(host, bits);
    }

    /// Whether the first label is nothing but two neighbouring octets of an IPv4 address, or each
    /// of the first two is one: `12-34.example.net`. A word may stand before each, if the two
    /// numbers are no chance: `c53-184.example.net`, `cm10.omega77.example.net`.
    ///
    /// @param plain whether the first number stands at `from` alone or behind a word of lines
    /// @param from where it begins
    static boolean isHalf(String host, boolean plain, int from, long high, long low) {
        if (!IpAddress.isIpv4(high, low)) {
            return false;
        }
        int first = number(host, from);
        int at = runTo(host, from);
        int next = plain ? at + 1 : secondFrom(host, at);
        if (first < 0 || next >= host.length() || !Octets.isDigit(host.charAt(next))) {
            return false;
        }
        int second = number(host, next);
        int end = runTo(host, next);
        return second >= 0
                && end < host.length()
                && host.charAt(end) == '.'
                && (plain || at - from + end - next >= HALF_DIGITS_MIN)
                && areNeighbours(first, second, (int) low);
    }

    /// Behind a separator, and a word if there is one.
    private static int secondFrom(String host, int at) {
        if (at >= host.length() || (host.charAt(at) != '-' && host.charAt(at) != '.')) {
            return host.length();
        }
        int next = at + 1;
        while (next < host.length() && host.charAt(next) >= 'a' && host.charAt(next) <= 'z') {
            next++;
        }
        return next;
    }

    private static boolean areNeighbours(int first, int second, int bits) {
        for (int i = 0; i + 1 < OCTETS; i++) {
            int one = octet(bits, i);
            int next = octet(bits, i + 1);
            if ((one == first && next == second) || (one == second && next == first)) {
                return true;
            }
        }
        return false;
    }

    private static int octet(int bits, int index) {
        return (bits >>> (Byte.SIZE * (OCTETS - 1 - index))) & 0xff;
    }

    /// All four in any order, or three in a row.
    private static boolean holdsOctets(String host, int bits) {
        if (!hasNumbers(host, MOST)) {
            return false; // Nearly all names of mail servers.
        }
        int found = 0;
        int taken = 0;
        int[] numbers = new int[NUMBERS_MAX];
        int count = 0;
        for (int i = 0; i < host.length() && count < NUMBERS_MAX; i++) {
            if (Octets.isDigit(host.charAt(i))) {
                numbers[count++] = number(host, i);
                i = runTo(host, i);
            }
        }
        for (int i = 0; i < OCTETS; i++) {
            for (int j = 0; j < count; j++) {
                if (numbers[j] == octet(bits, i) && (taken & 1 << j) == 0) {
                    taken |= 1 << j;
                    found++;
                    break;
                }
            }
        }
        boolean row = false;
        for (int j = 0; j + MOST <= count; j++) {
            row |= isRow(numbers, j, bits) || isRow(numbers, j, Integer.reverseBytes(bits));
        }
        return found == OCTETS || row;
    }

    private static boolean hasNumbers(String host, int wanted) {
        int count = 0;
        boolean digits = false;
        for (int i = 0; i < host.length(); i++) {
            boolean digit = Octets.isDigit(host.charAt(i));
            if (digit && !digits && ++count == wanted) {
                return true;
            }
            digits = digit;
        }
        return false;
    }

    private static boolean isRow(int[] numbers, int at, int bits) {
        for (int from = 0; from + MOST <= OCTETS; from++) {
            int i = 0;
            while (i < MOST && numbers[at + i] == octet(bits, from + i)) {
                i++;
            }
            if (i == MOST) {
                return true;
            }
        }
        return false;
    }

    /// The number in a run of digits; -1 if it is no octet.
    private static int number(String host, int from) {
        int to = runTo(host, from);
        if (to == from || to - from > 3) {
            return -1;
        }
        int number = Integer.parseInt(host, from, to, 10);
        return number < 256 ? number : -1;
    }

    private static int runTo(String host, int from) {
        int to = from;
        while (to < host.length() && Octets.isDigit(host.charAt(to))) {
            to++;
        }
        return to;
    }

    /// All of it in one number: eight hex digits, three decimal digits an octet, the octets without
    /// zeros before them, or the 32 bits as one decimal number.
    private static boolean holdsJoined(String host, int bits) {
        int digits = 0;
        long decimal = 0;
        int hexDigits = 0;
        int hex = 0;
        for (int i = 0; i <= host.length(); i++) {
            char c = i < host.length() ? host.charAt(i) : '.';
            if (Octets.isDigit(c) && digits <= 12) {
                decimal = decimal * 10 + c - '0';
                digits++;
            } else if (!Octets.isDigit(c)) {
                if (digits >= 8 && isDecimal(decimal, digits, bits)) {
                    return true;
                }
                digits = 0;
                decimal = 0;
            }
            int nibble = nibble(c);
            hexDigits = nibble < 0 ? 0 : hexDigits + 1;
            hex = hex << 4 | Math.max(0, nibble);
            if (hexDigits >= 8 && (hex == bits || hex == Integer.reverseBytes(bits))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDecimal(long number, int digits, int bits) {
        return number == Integer.toUnsignedLong(bits)
                || (digits == 12
                        && (number == joined(bits, true)
                                || number == joined(Integer.reverseBytes(bits), true)))
                || number == joined(bits, false)
                || number == joined(Integer.reverseBytes(bits), false);
    }

    private static long joined(int bits, boolean padded) {
        long number = 0;
        for (int i = 0; i < OCTETS; i++) {
            int octet = octet(bits, i);
            int width = padded || octet >= 100 ? 1000 : octet >= 10 ? 100 : 10;
            number = number * width + octet;
        }
        return number;
    }

    /// Whether twelve digits in a row, separators aside, are in the address, forwards or backwards.
    private static boolean holdsNibbles(String host, long high, long low) {
        byte[] run = new byte[host.length()];
        int length = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            int nibble = nibble(c);
            if (nibble >= 0) {
                run[length++] = (byte) nibble;
                if (length >= NIBBLES_MIN && areInAddress(run, length, high, low)) {
                    return true;
                }
            } else if (c != '-' && c != '.' && c != '_') {
                length = 0;
            }
        }
        return false;
    }

    private static boolean areInAddress(byte[] run, int length, long high, long low) {
        int from = length - NIBBLES_MIN;
        for (int offset = 0; offset + NIBBLES_MIN <= NIBBLES; offset++) {
            boolean forwards = true;
            boolean backwards = true;
            boolean zeros = true;
            for (int i = 0; i < NIBBLES_MIN && (forwards || backwards); i++) {
                forwards &= run[from + i] == nibble(high, low, offset + i);
                backwards &= run[from + i] == nibble(high, low, offset + NIBBLES_MIN - 1 - i);
                zeros &= run[from + i] == 0;
            }
            if ((forwards || backwards) && !zeros) {
                return true;
            }
        }
        return false;
    }

    private static int nibble(long high, long low, int index) {
        long half = index < NIBBLES / 2 ? high : low;
        return (int) (half >>> (4 * (NIBBLES / 2 - 1 - index % (NIBBLES / 2)))) & 0xf;
    }

    /// Whether three groups follow each other as they do in the text of the address: `2001-db8-7`.
    private static boolean holdsGroups(String host, long high, long low) {
        int groups = 8;
        for (int group = 0; group + GROUPS_MIN <= groups; group++) {
            for (int at = 0; at < host.length(); at++) {
                boolean begins = at == 0 || nibble(host.charAt(at - 1)) < 0;
                if (begins && isRow(host, at, group, high, low)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isRow(String host, int from, int group, long high, long low) {
        int at = from;
        int zeros = 0;
        for (int i = 0; i < GROUPS_MIN; i++) {
            int value = 0;
            int digits = 0;
            while (at < host.length() && nibble(host.charAt(at)) >= 0 && digits <= 4) {
                value = value << 4 | nibble(host.charAt(at));
                digits++;
                at++;
            }
            if (digits == 0 || digits > 4 || value != group(high, low, group + i)) {
                return false;
            }
            zeros += value == 0 ? 1 : 0;
            boolean separator =
                    at < host.length() && (host.charAt(at) == '-' || host.charAt(at) == '.');
            at += separator ? 1 : 0;
        }
        return zeros < GROUPS_MIN - 1;
    }

    private static int group(long high, long low, int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (16 * (3 - index % 4))) & 0xffff;
    }

    private static int nibble(char c) {
        if (Octets.isDigit(c)) {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
