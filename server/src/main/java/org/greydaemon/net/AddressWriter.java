package org.greydaemon.net;

/// Writes the canonical text of an IP address into bytes, without allocating.
///
/// The form is RFC 5952's: lower case, no leading zeros, `::` for the longest run of at least two
/// zero groups, the first of equals. IPv4 addresses are dotted decimals.
public final class AddressWriter {
    /// The most bytes an address takes: eight groups of four digits and seven colons.
    public static final int BYTES_MAX = 39;

    private static final int GROUPS = 8;
    private static final int GROUP_BITS = 16;

    private AddressWriter() {}

    /// Writes the text of the address and returns the index behind it.
    ///
    /// @param target has room for {@link #BYTES_MAX} bytes at `at`
    public static int write(long high, long low, byte[] target, int at) {
        return IpAddress.isIpv4(high, low)
                ? writeIpv4((int) low, target, at)
                : writeIpv6(high, low, target, at);
    }

    private static int writeIpv4(int bits, byte[] target, int at) {
        int end = at;
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            end = writeOctet((bits >>> shift) & 0xff, target, end);
            if (shift > 0) {
                target[end] = '.';
                end += 1;
            }
        }
        return end;
    }

    private static int writeOctet(int octet, byte[] target, int at) {
        int end = at;
        if (octet >= 100) {
            target[end] = (byte) ('0' + octet / 100);
            end += 1;
        }
        if (octet >= 10) {
            target[end] = (byte) ('0' + octet / 10 % 10);
            end += 1;
        }
        target[end] = (byte) ('0' + octet % 10);
        return end + 1;
    }

    private static int writeIpv6(long high, long low, byte[] target, int at) {
        int gapAt = -1;
        int gapLength = 1; // RFC 5952 4.2.2: "::" is not for a single group.
        for (int i = 0; i < GROUPS; i += 1) {
            int zeros = zeroGroups(high, low, i);
            if (zeros > gapLength) {
                gapAt = i;
                gapLength = zeros;
            }
        }
        int end = at;
        int i = 0;
        while (i < GROUPS) {
            if (i == gapAt) {
                target[end] = ':';
                target[end + 1] = ':';
                end += 2;
                i += gapLength;
            } else {
                end = writeGroup(group(high, low, i), target, end);
                i += 1;
                if (i < GROUPS && i != gapAt) {
                    target[end] = ':';
                    end += 1;
                }
            }
        }
        return end;
    }

    /// How many groups from the given one on are zero.
    private static int zeroGroups(long high, long low, int from) {
        int to = from;
        while (to < GROUPS && group(high, low, to) == 0) {
            to += 1;
        }
        return to - from;
    }

    private static int group(long high, long low, int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> (GROUP_BITS * (GROUPS / 2 - 1 - index % (GROUPS / 2)))) & 0xffff;
    }

    private static int writeGroup(int value, byte[] target, int at) {
        int end = at;
        boolean begun = false;
        for (int shift = GROUP_BITS - 4; shift >= 0; shift -= 4) {
            int digit = (value >>> shift) & 0xf;
            begun |= digit != 0 || shift == 0;
            if (begun) {
                target[end] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
                end += 1;
            }
        }
        return end;
    }
}
