package org.greydaemon.store.memory;

import org.greydaemon.net.IpAddress;

/// The network of the client that made an entry, in 50 bits: a /24 of IPv4, a /48 of IPv6, or the
/// one network of all clients that are no address. Its share of the memory is counted by it.
///
/// ```
///   49    48 47                        0
///  +--------+---------------------------+
///  | family | the network's first bits  |
///  +--------+---------------------------+
/// ```
final class MakerNetwork {
    /// The network of clients that are no address.
    static final long NONE = 0;

    /// How many of the bits are the network's; the family is above them.
    static final int FAMILY_SHIFT = 48;

    private static final long IPV4 = 1L << FAMILY_SHIFT;
    private static final long IPV6 = 2L << FAMILY_SHIFT;
    private static final long BITS = IPV4 - 1;
    private static final int IPV4_HOST_BITS = 8;
    private static final int IPV6_SUBNET_BITS = 16;
    private static final long NO_ADDRESS = -1;

    private MakerNetwork() {}

    /// The network with these 128 bits, as {@link org.greydaemon.decision.Key#network} takes them.
    static long of(long high, long low) {
        if (IpAddress.isIpv4(high, low)) {
            return IPV4 | (low & 0xffff_ffffL) >> IPV4_HOST_BITS;
        }
        return high == NO_ADDRESS && low == NO_ADDRESS ? NONE : IPV6 | high >>> IPV6_SUBNET_BITS;
    }

    static boolean isIpv6(long network) {
        return (network & IPV6) != 0;
    }

    /// The first 64 of the 128 bits.
    static long high(long network) {
        if (network == NONE) {
            return NO_ADDRESS;
        }
        return isIpv6(network) ? (network & BITS) << IPV6_SUBNET_BITS : 0;
    }

    /// The last 64 of the 128 bits.
    static long low(long network) {
        if (network == NONE) {
            return NO_ADDRESS;
        }
        return isIpv6(network) ? 0 : IpAddress.ipv4Low((int) ((network & BITS) << IPV4_HOST_BITS));
    }
}
