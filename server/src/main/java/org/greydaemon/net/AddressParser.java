package org.greydaemon.net;

/// Reads the text of an IP address from bytes, without allocating.
///
/// Strict. IPv4 is four decimal octets without leading zeros (`010.1.1.1` is read as octal by some
/// and as decimal by others, so it is no address). IPv6 is the text form of RFC 4291 2.2: eight
/// groups of one to four hex digits in either case, `::` once for one or more groups of zeros, the
/// last two groups also as IPv4. No zone, no brackets, no prefix length, no blanks.
///
/// Mutable and confined to one thread: each {@link #parse} overwrites the last result.
public final class AddressParser {
    /// The longest text of an address: six groups of four digits and an IPv4 address.
    private static final int TEXT_MAX = 45;

    private static final int GROUPS = 8;
    private static final int GROUP_BITS = 16;
    private static final int GROUP_DIGITS_MAX = 4;
    private static final int OCTETS = 4;
    private static final int OCTET_DIGITS_MAX = 3;
    private static final int OCTET_MAX = 255;
    private static final int NO_GAP = -1;

    private long high;
    private long low;

    private int ipv4;

    // An IPv6 address being read: groups before the gap lie at their final place in (high, low),
    // groups behind it are shifted in from the right of the tail.
    private int groups;
    private int gapAt;
    private long tailHigh;
    private long tailLow;

    /// Reads the address that fills exactly the bytes `from` (inclusive) to `to` (exclusive).
    ///
    /// @return false if they are no address; the accessors are then meaningless
    public boolean parse(byte[] text, int from, int to) {
        if (to - from > TEXT_MAX) {
            return false;
        }
        for (int i = from; i < to; i += 1) {
            if (text[i] == ':') {
                return parseIpv6(text, from, to);
            }
        }
        if (!parseIpv4(text, from, to)) {
            return false;
        }
        high = 0;
        low = IpAddress.ipv4Low(ipv4);
        return true;
    }

    /// Takes an address as if it had been read.
    public void take(long itsHigh, long itsLow) {
        high = itsHigh;
        low = itsLow;
    }

    /// Takes the IPv4 address in place of the one read last, if that is one which a translator has
    /// made of it, see {@link TranslatedAddress}.
    public void translateBack() {
        if (TranslatedAddress.is(high, low)) {
            low = IpAddress.ipv4Low(TranslatedAddress.ipv4(high, low));
            high = 0;
        }
    }

    /// The first 64 bits of the address read last.
    public long high() {
        return high;
    }

    /// The last 64 bits of the address read last.
    public long low() {
        return low;
    }

    /// Whether the address read last is IPv4, in either of its forms.
    public boolean isIpv4() {
        return IpAddress.isIpv4(high, low);
    }

    private boolean parseIpv4(byte[] text, int from, int to) {
        int at = from;
        int bits = 0;
        for (int octets = 1; octets <= OCTETS; octets += 1) {
            int end = digitsEnd(text, at, to);
            int octet = octet(text, at, end);
            if (octet < 0) {
                return false;
            }
            bits = (bits << Byte.SIZE) | octet;
            at = end;
            if (octets < OCTETS) {
                if (at == to || text[at] != '.') {
                    return false;
                }
                at += 1;
            }
        }
        ipv4 = bits;
        return at == to;
    }

    private static int digitsEnd(byte[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] >= '0' && text[at] <= '9') {
            at += 1;
        }
        return at;
    }

    /// The value of an octet, or -1.
    private static int octet(byte[] text, int from, int end) {
        int digits = end - from;
        if (digits == 0 || digits > OCTET_DIGITS_MAX || (digits > 1 && text[from] == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < end; i += 1) {
            value = value * 10 + (text[i] - '0');
        }
        return value <= OCTET_MAX ? value : -1;
    }

    private boolean parseIpv6(byte[] text, int from, int to) {
        high = low = tailHigh = tailLow = 0;
        groups = 0;
        gapAt = NO_GAP;
        int at = from;
        if (text[from] == ':') {
            if (from + 1 == to || text[from + 1] != ':') {
                return false;
            }
            gapAt = 0;
            at += 2;
        }
        while (at < to) {
            at = readGroup(text, at, to);
            if (at >= 0 && at < to) {
                at = readSeparator(text, at, to);
            }
            if (at < 0) {
                return false;
            }
        }
        high |= tailHigh;
        low |= tailLow;
        return gapAt == NO_GAP ? groups == GROUPS : groups < GROUPS;
    }

    /// Reads one group, or the IPv4 address at the end. Returns where it ends, or -1.
    private int readGroup(byte[] text, int from, int to) {
        int at = from;
        int value = 0;
        while (at < to && at - from < GROUP_DIGITS_MAX && hexDigit(text[at]) >= 0) {
            value = (value << 4) | hexDigit(text[at]);
            at += 1;
        }
        if (at == from) {
            return -1;
        }
        if (at < to && text[at] == '.') {
            return parseIpv4(text, from, to)
                            && addGroup(ipv4 >>> GROUP_BITS)
                            && addGroup(ipv4 & 0xffff)
                    ? to
                    : -1;
        }
        return addGroup(value) ? at : -1;
    }

    /// Reads the ":" or "::" behind a group. Returns where the next group begins, or -1.
    private int readSeparator(byte[] text, int from, int to) {
        int at = from + 1;
        if (text[from] != ':' || at == to) {
            return -1;
        }
        if (text[at] != ':') {
            return at;
        }
        if (gapAt != NO_GAP) {
            return -1;
        }
        gapAt = groups;
        return at + 1;
    }

    private boolean addGroup(int value) {
        if (groups == GROUPS) {
            return false;
        }
        if (gapAt != NO_GAP) {
            tailHigh = (tailHigh << GROUP_BITS) | (tailLow >>> (Long.SIZE - GROUP_BITS));
            tailLow = (tailLow << GROUP_BITS) | value;
        } else if (groups < GROUPS / 2) {
            high |= (long) value << (Long.SIZE - GROUP_BITS * (groups + 1));
        } else {
            low |= (long) value << (GROUP_BITS * (GROUPS - 1 - groups));
        }
        groups += 1;
        return true;
    }

    private static int hexDigit(byte digit) {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        int lower = digit | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
