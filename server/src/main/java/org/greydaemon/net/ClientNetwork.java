package org.greydaemon.net;

/// The network that a client's fair share of the memory is counted for: its /24 in IPv4, its /48 in
/// IPv6, which is what one site usually has.
public final class ClientNetwork {
    private static final long IPV4_HOST = 0xff;
    private static final long IPV6_HOST_HIGH = 0xffff;

    private ClientNetwork() {}

    /// The first 64 bits of the network address of the client's network.
    public static long high(long high, long low) {
        return IpAddress.isIpv4(high, low) ? high : high & ~IPV6_HOST_HIGH;
    }

    /// The last 64 bits of the network address of the client's network.
    public static long low(long high, long low) {
        return IpAddress.isIpv4(high, low) ? low & ~IPV4_HOST : 0;
    }
}
