package org.greydaemon.dns;

import org.greydaemon.dns.SpfRecord.Mechanism;
import org.greydaemon.dns.SpfRecord.MechanismName;

/// How many addresses the terms of one record let send. A record that names no hosts but half the
/// world says nothing of who a client is. Mutable; confined to one thread.
///
/// No organisation has a block wider than a /8 of IPv4 or a /16 of IPv6 (2630::/16), and the big
/// providers' records name a few /16 and /32. So what is as wide as two such blocks, in one term or
/// in many, names nobody.
final class SpfBreadth {
    /// In addresses of IPv4, or in /40 of IPv6.
    private static final long MAX = 2L << 24;

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 40;

    private final boolean ipv4;
    private long breadth;

    /// @param record whose `ip4` or `ip6` are counted
    /// @param ipv4 which of them
    SpfBreadth(SpfRecord record, boolean ipv4) {
        this.ipv4 = ipv4;
        MechanismName kind = ipv4 ? MechanismName.IP4 : MechanismName.IP6;
        for (Mechanism mechanism : record.mechanisms()) {
            if (mechanism.kind() == kind && mechanism.result() == SpfResult.PASS) {
                add(mechanism, 1);
            }
        }
    }

    /// Counts a term that is about the networks of some addresses.
    void add(Mechanism mechanism, int addresses) {
        int left = ipv4 ? IPV4_BITS - mechanism.prefix4() : IPV6_BITS - mechanism.prefix6();
        // A record has less than 2^16 terms, and an answer less addresses: no sum comes near 2^63.
        breadth += left < 0 ? 0 : addresses * (1L << left);
    }

    /// Whether that is wider than anybody's.
    boolean isWide() {
        return breadth >= MAX;
    }
}
