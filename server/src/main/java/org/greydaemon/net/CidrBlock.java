package org.greydaemon.net;

import java.util.ArrayList;
import java.util.List;

/// A block of addresses with a common prefix, `192.0.2.0/24` or `2001:db8::/32`.
///
/// Canonical: the bits behind the prefix are zero, and an IPv4 block has an IPv4 prefix length. A
/// block holds addresses of its own family only: `::/0` is all of IPv6 and nothing of IPv4, though
/// IPv4 addresses are kept as IPv4-mapped ones.
///
/// @param address the first address of the block
/// @param prefixLength in bits: 0 to 32 for IPv4, 0 to 128 for IPv6
public record CidrBlock(IpAddress address, int prefixLength) {
    private static final int IPV6_BITS = 128;
    private static final int MAPPED_BITS = 96;

    /// All IPv4 addresses.
    public static final CidrBlock ALL_IPV4 = new CidrBlock(IpAddress.ipv4(0), 0);

    /// @throws IllegalArgumentException if the prefix length is out of range, or bits are set
    ///   behind the prefix
    public CidrBlock {
        if (prefixLength < 0 || prefixLength > addressBits(address)) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixLength + " is out of range for " + address);
        }
        if (!isFirst(address, prefixLength)) {
            throw new IllegalArgumentException(
                    address + " has bits set behind its prefix of " + prefixLength + " bits");
        }
    }

    /// The block of this one address.
    public static CidrBlock of(IpAddress address) {
        return new CidrBlock(address, addressBits(address));
    }

    /// The block of this prefix length that the address lies in.
    public static CidrBlock around(IpAddress address, int prefixLength) {
        return new CidrBlock(prefix(address, prefixLength), prefixLength);
    }

    /// The fewest blocks that hold exactly the IPv4 addresses from `first` to `last`, both
    /// included, in order.
    ///
    /// @throws IllegalArgumentException if an end is not IPv4, or they are the wrong way round
    public static List<CidrBlock> spanning(IpAddress first, IpAddress last) {
        if (!first.isIpv4() || !last.isIpv4() || first.compareTo(last) > 0) {
            throw new IllegalArgumentException(
                    first + "-" + last + " is no range of IPv4 addresses");
        }
        List<CidrBlock> blocks = new ArrayList<>();
        long next = first.low();
        while (next <= last.low()) {
            // The widest block that may begin here, and the widest that ends in the range. The bits
            // of the IPv4-mapped form end the trailing zeros of 0.0.0.0 at 32.
            int aligned = Long.numberOfTrailingZeros(next);
            int fitting = Long.SIZE - 1 - Long.numberOfLeadingZeros(last.low() - next + 1);
            int hostBits = Math.min(aligned, fitting);
            blocks.add(new CidrBlock(IpAddress.ipv4((int) next), Integer.SIZE - hostBits));
            next += 1L << hostBits;
        }
        return List.copyOf(blocks);
    }

    /// The last address of the block.
    public IpAddress last() {
        int length = prefixLength128();
        return new IpAddress(
                address.high() | hostMaskHigh(length), address.low() | hostMaskLow(length));
    }

    /// Whether the address lies in the block. Allocates nothing.
    public boolean contains(long high, long low) {
        int length = prefixLength128();
        return IpAddress.isIpv4(high, low) == address.isIpv4()
                && ((high ^ address.high()) & ~hostMaskHigh(length)) == 0
                && ((low ^ address.low()) & ~hostMaskLow(length)) == 0;
    }

    /// Whether every address of the other block lies in this one.
    public boolean covers(CidrBlock other) {
        return prefixLength128() <= other.prefixLength128()
                && contains(other.address.high(), other.address.low());
    }

    /// The length of the prefix in the 128 bits of the address, IPv4 included.
    int prefixLength128() {
        return address.isIpv4() ? MAPPED_BITS + prefixLength : prefixLength;
    }

    /// Whether the address is the first of its block of this prefix length: no bit is set behind
    /// the prefix.
    public static boolean isFirst(IpAddress address, int prefixLength) {
        return prefix(address, prefixLength).compareTo(address) == 0;
    }

    /// How many bits an address of this one's family has: 32 or 128.
    public static int addressBits(IpAddress address) {
        return address.isIpv4() ? Integer.SIZE : IPV6_BITS;
    }

    private static IpAddress prefix(IpAddress address, int prefixLength) {
        int length = address.isIpv4() ? MAPPED_BITS + prefixLength : prefixLength;
        return new IpAddress(
                address.high() & ~hostMaskHigh(length), address.low() & ~hostMaskLow(length));
    }

    /// The bits of the upper half that are behind a prefix of so many of the 128 bits.
    static long hostMaskHigh(int length) {
        return length >= Long.SIZE ? 0 : -1L >>> length;
    }

    /// The bits of the lower half that are.
    static long hostMaskLow(int length) {
        if (length == IPV6_BITS) {
            return 0;
        }
        return length <= Long.SIZE ? -1L : -1L >>> (length - Long.SIZE);
    }

    /// The canonical text; without a length if the block is one address.
    @Override
    public String toString() {
        return prefixLength == addressBits(address)
                ? address.toString()
                : address + "/" + prefixLength;
    }
}
