package org.greydaemon.net;

/// The network that a client's fair share of the memory is counted for: its /24 in IPv4, its /48 in
/// IPv6, which is what one site usually has.
public final class ClientNetwork {
    private static final long IPV4_HOST = 0xff;
    private static final long IPV6_HOST_HIGH = 0xffff;
    private static final int HOSTS = 127;

    private ClientNetwork() {}

    /// The first 64 bits of the network address of the client's network.
    public static long high(long high, long low) {
        return IpAddress.isIpv4(high, low) ? high : high & ~IPV6_HOST_HIGH;
    }

    /// Tells the hosts of a network apart, most of them: the last octet of an IPv4 address, or the
    /// /64 of an IPv6 one, as a number from 1 to 127.
    public static int host(long high, long low) {
        long which = IpAddress.isIpv4(high, low) ? low & IPV4_HOST : spread(high & IPV6_HOST_HIGH);
        return 1 + (int) (which % HOSTS);
    }

    /// Subnets are often numbered in steps.
    private static long spread(long subnet) {
        return (subnet * 0x9e37_79b9L) >>> 16 & 0xffff;
    }

    /// The last 64 bits of the network address of the client's network.
    public static long low(long high, long low) {
        return IpAddress.isIpv4(high, low) ? low & ~IPV4_HOST : 0;
    }
}
