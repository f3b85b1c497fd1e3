package org.greydaemon.identity;

import java.util.ArrayList;
import java.util.List;

/// What the confirmed names of a client's host say of it. Immutable, safe for use by several
/// threads.
public final class HostDomains {
    private final PublicSuffixes suffixes;
    private final Pools pools;

    /// @param pools the domains whose hosts share a queue
    public HostDomains(PublicSuffixes suffixes, Pools pools) {
        this.suffixes = suffixes;
        this.pools = pools;
    }

    /// The domains whose hosts share a queue.
    public Pools pools() {
        return pools;
    }

    /// The domains that may stand for the client: none of a name that an end user's line or a
    /// hoster's customer has by default, because strangers have such names too.
    ///
    /// @param names confirmed names of the host, in lower case
    /// @param high the upper 64 bits of the client's address; IPv4 is mapped
    /// @param low the lower 64 bits
    public List<HostDomain> of(List<String> names, long high, long low) {
        List<HostDomain> domains = new ArrayList<>(1);
        for (String name : names) {
            String domain = suffixes.registrable(name);
            boolean isPool = pools.contains(domain);
            boolean isGeneric =
                    isPool
                            ? HostNaming.isGenericInPool(name, high, low)
                            : HostNaming.isGeneric(name, high, low);
            if (!isGeneric && !domain.isEmpty() && !holds(domains, domain)) {
                domains.add(new HostDomain(domain, isPool));
            }
        }
        return domains;
    }

    private static boolean holds(List<HostDomain> domains, String name) {
        return domains.stream().anyMatch(domain -> domain.name().equals(name));
    }
}
