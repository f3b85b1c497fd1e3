package org.greydaemon.dns;

import org.greydaemon.dns.SpfRecord.Mechanism;
import org.greydaemon.dns.SpfRecord.MechanismName;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.List;

/// How many addresses the records let send that a check has read so far: the domain's, and those
/// that it includes or that it leads to. Records that name no hosts but half the world say nothing
/// of who a client is, be it in one record or in ten. Mutable; confined to one thread.
///
/// No organisation has a block wider than a /8 of IPv4 or a /16 of IPv6 (2630::/16), and the big
/// providers' records name a few /16 and /32. So what is as wide as two such blocks, in one term or
/// in many, names nobody. Whatever the order of a domain's terms is, the clients that it names
/// before it becomes too wide are fewer than that together.
final class SpfBreadth {
    /// In addresses of IPv4, or in /40 of IPv6.
    private static final long MAX = 2L << 24;

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 40;

    /// From where nobody comes over the Internet: private networks, this host, a link (RFC 1918,
    /// 1122 3.2.1.3, 4193, 4291 2.5.6). Some write them into their records; those that are narrow
    /// do not matter.
    private static final List<CidrBlock> NOBODYS =
            List.of(
                    new CidrBlock(IpAddress.ipv4(10 << 24), 8),
                    new CidrBlock(IpAddress.ipv4(127 << 24), 8),
                    new CidrBlock(new IpAddress(0xfc00L << 48, 0), 7),
                    new CidrBlock(new IpAddress(0xfe80L << 48, 0), 10));

    private final boolean ipv4;
    private long breadth;

    /// @param ipv4 whether `ip4` is counted, or `ip6`
    SpfBreadth(boolean ipv4) {
        this.ipv4 = ipv4;
    }

    /// Counts the networks of a record, whichever of them are going to be looked at.
    void add(SpfRecord record) {
        MechanismName kind = ipv4 ? MechanismName.IP4 : MechanismName.IP6;
        for (Mechanism mechanism : record.mechanisms()) {
            if (mechanism.kind() == kind
                    && mechanism.result() == SpfResult.PASS
                    && !isNobodys(mechanism)) {
                add(mechanism, 1);
            }
        }
    }

    private boolean isNobodys(Mechanism mechanism) {
        int length = ipv4 ? mechanism.prefix4() : mechanism.prefix6();
        return mechanism
                .network()
                .map(address -> CidrBlock.around(address, length))
                .filter(network -> NOBODYS.stream().anyMatch(block -> block.covers(network)))
                .isPresent();
    }

    /// Counts a term that is about the networks of some addresses.
    void add(Mechanism mechanism, int addresses) {
        int left = ipv4 ? IPV4_BITS - mechanism.prefix4() : IPV6_BITS - mechanism.prefix6();
        // A record has less than 2^16 terms, and an answer less addresses: no sum of the eleven
        // records of a check comes near 2^63.
        breadth += left < 0 ? 0 : addresses * (1L << left);
    }

    /// Whether that is wider than anybody's.
    boolean isWide() {
        return breadth >= MAX;
    }
}
