package org.greydaemon.net;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// An IPv4 or IPv6 address: 128 bits in network order, IPv4 in its IPv4-mapped form.
///
/// Ordered as unsigned numbers. The text is the canonical one of {@link AddressWriter}.
///
/// @param high the first 64 bits; 0 for IPv4
/// @param low the last 64 bits; `0x0000_ffff_aabb_ccdd` for IPv4
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    private static final long IPV4_MAPPED = 0xffff_0000_0000L;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    /// The IPv4 address with these 32 bits.
    public static IpAddress ipv4(int bits) {
        return new IpAddress(0, ipv4Low(bits));
    }

    /// Reads the text of an address, strictly: see {@link AddressParser} for the grammar.
    ///
    /// @return empty if the text is anything else, a host name for instance
    public static Optional<IpAddress> parse(String text) {
        // A character beyond Latin-1 becomes "?", which is in no address.
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        AddressParser parser = new AddressParser();
        return parser.parse(bytes, 0, bytes.length)
                ? Optional.of(new IpAddress(parser.high(), parser.low()))
                : Optional.empty();
    }

    /// The address with these 4 or 16 bytes in network order, as sockets have them.
    ///
    /// @throws IllegalArgumentException if there are neither 4 nor 16 bytes
    public static IpAddress ofBytes(byte[] bytes) {
        return switch (bytes.length) {
            case IPV4_BYTES -> ipv4((int) number(bytes, 0, IPV4_BYTES));
            case IPV6_BYTES ->
                    new IpAddress(
                            number(bytes, 0, Long.BYTES), number(bytes, Long.BYTES, IPV6_BYTES));
            default ->
                    throw new IllegalArgumentException(
                            "an address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i += 1) {
            number = (number << Byte.SIZE) | Byte.toUnsignedInt(bytes[i]);
        }
        return number;
    }

    /// The bytes in network order: 4 of an IPv4 address, else 16.
    public byte[] toBytes() {
        byte[] bytes = new byte[isIpv4() ? IPV4_BYTES : IPV6_BYTES];
        for (int i = 0; i < bytes.length; i += 1) {
            int fromEnd = bytes.length - 1 - i;
            long half = fromEnd < Long.BYTES ? low : high;
            bytes[i] = (byte) (half >>> (Byte.SIZE * (fromEnd % Long.BYTES)));
        }
        return bytes;
    }

    /// Whether this is an IPv4 address, however it was written.
    public boolean isIpv4() {
        return isIpv4(high, low);
    }

    /// Whether these 128 bits are an IPv4 address.
    public static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> Integer.SIZE == IPV4_MAPPED >>> Integer.SIZE;
    }

    /// The lower half of the IPv4 address with these 32 bits; the upper half is 0.
    public static long ipv4Low(int bits) {
        return IPV4_MAPPED | Integer.toUnsignedLong(bits);
    }

    /// Compares two addresses given as pairs, as unsigned numbers.
    static int compare(long high, long low, long otherHigh, long otherLow) {
        int order = Long.compareUnsigned(high, otherHigh);
        return order != 0 ? order : Long.compareUnsigned(low, otherLow);
    }

    @Override
    public int compareTo(IpAddress other) {
        return compare(high, low, other.high, other.low);
    }

    @Override
    public String toString() {
        byte[] text = new byte[AddressWriter.BYTES_MAX];
        int end = AddressWriter.write(high, low, text, 0);
        return new String(text, 0, end, StandardCharsets.US_ASCII);
    }
}
