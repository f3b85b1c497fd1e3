package org.greydaemon.identity;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What the confirmed names of a client's host say of it. Safe for use by several threads.
public final class HostDomains {
    /// How many clients' domains are kept, so that who asks again costs nothing: more places than
    /// busy clients, for each has one place only.
    private static final int KEPT_BITS = 15;

    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    /// The same for the domains themselves, each of which is dear to make: hosts of a provider
    /// share theirs.
    private static final int DOMAIN_BITS = 12;

    /// Of hosts with more names nothing is kept: 512 octets each are the most that is taken.
    private static final int NAMES_MAX = 4;

    private final PublicSuffixes suffixes;
    private final Pools pools;
    private final AtomicReferenceArray<@Nullable Kept> kept =
            new AtomicReferenceArray<>(1 << KEPT_BITS);
    private final AtomicReferenceArray<@Nullable HostDomain> made =
            new AtomicReferenceArray<>(1 << DOMAIN_BITS);

    private record Kept(List<String> names, long high, long low, List<HostDomain> domains) {
        boolean isOf(List<String> others, long otherHigh, long otherLow) {
            return high == otherHigh && low == otherLow && names.equals(others);
        }
    }

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
        int place = (int) (((high * 31 + low) * GOLDEN) >>> (Long.SIZE - KEPT_BITS));
        Kept last = kept.get(place);
        if (last != null && last.isOf(names, high, low)) {
            return last.domains();
        }
        List<HostDomain> found = List.copyOf(find(names, high, low));
        if (names.size() <= NAMES_MAX) {
            kept.set(place, new Kept(List.copyOf(names), high, low, found));
        }
        return found;
    }

    private List<HostDomain> find(List<String> names, long high, long low) {
        List<HostDomain> domains = new ArrayList<>(1);
        for (String name : names) {
            String domain = suffixes.registrable(name);
            boolean isPool = pools.contains(domain);
            boolean isGeneric =
                    isPool
                            ? HostNaming.isGenericInPool(name, high, low)
                            : HostNaming.isGeneric(name, high, low);
            if (!isGeneric && !domain.isEmpty() && !holds(domains, domain)) {
                domains.add(domain(domain, isPool));
            }
        }
        return domains;
    }

    private HostDomain domain(String name, boolean isPool) {
        int place = (int) ((name.hashCode() * GOLDEN) >>> (Long.SIZE - DOMAIN_BITS));
        HostDomain last = made.get(place);
        if (last != null && last.name().equals(name)) {
            return last;
        }
        HostDomain its = new HostDomain(name, isPool);
        made.set(place, its);
        return its;
    }

    private static boolean holds(List<HostDomain> domains, String name) {
        for (HostDomain domain : domains) {
            if (domain.name().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
