package org.greydaemon.identity;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

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

    // Read and written without a lock: each holds what never changes (JLS 17.5), and whoever does
    // not see the newest makes his own.
    private final @Nullable Kept[] kept = new Kept[1 << KEPT_BITS];
    private final @Nullable HostDomain[] made = new HostDomain[1 << DOMAIN_BITS];

    private record Kept(List<String> names, long high, long low, List<HostDomain> domains) {
        boolean isOf(List<String> others, long otherHigh, long otherLow) {
            return high == otherHigh && low == otherLow && areSame(names, others);
        }

        @SuppressWarnings("ReferenceEquality") // The list itself is the usual case.
        private static boolean areSame(List<String> names, List<String> others) {
            if (names == others) {
                return true; // Of who keeps names: looking at each would wait for memory.
            }
            if (names.size() != others.size()) {
                return false;
            }
            for (int i = 0; i < names.size(); i++) {
                if (!names.get(i).equals(others.get(i))) {
                    return false;
                }
            }
            return true;
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
        Kept last = kept[place];
        if (last != null && last.isOf(names, high, low)) {
            return last.domains();
        }
        List<HostDomain> found =
                names.size() == 1
                        ? listOf(find(names.getFirst(), high, low))
                        : find(names, high, low);
        if (names.size() <= NAMES_MAX) {
            kept[place] = new Kept(List.copyOf(names), high, low, found);
        }
        return found;
    }

    private List<HostDomain> find(List<String> names, long high, long low) {
        List<HostDomain> domains = new ArrayList<>(names.size());
        for (String name : names) {
            HostDomain domain = find(name, high, low);
            if (domain != null && !holds(domains, domain.name())) {
                domains.add(domain);
            }
        }
        return List.copyOf(domains);
    }

    private static List<HostDomain> listOf(@Nullable HostDomain domain) {
        return domain == null ? List.of() : List.of(domain);
    }

    /// The domain of a name; null if there is none, or strangers have such names.
    private @Nullable HostDomain find(String name, long high, long low) {
        int from = suffixes.registrableFrom(name);
        if (from < 0) {
            return null;
        }
        int place = place(name, from);
        HostDomain last = made[place];
        HostDomain known = last != null && isAt(last.name(), name, from) ? last : null;
        boolean isPool = known != null ? known.isPool() : pools.contains(name.substring(from));
        boolean isGeneric =
                isPool
                        ? HostNaming.isGenericInPool(name, from, high, low)
                        : HostNaming.isGeneric(name, from, high, low);
        if (isGeneric || known != null) {
            return isGeneric ? null : known;
        }
        HostDomain its = new HostDomain(name.substring(from), isPool);
        made[place] = its;
        return its;
    }

    private static boolean isAt(String domain, String name, int from) {
        return domain.length() == name.length() - from && name.startsWith(domain, from);
    }

    private static int place(String name, int from) {
        int hash = 0;
        for (int i = from; i < name.length(); i++) {
            hash = 31 * hash + name.charAt(i);
        }
        return (int) ((hash * GOLDEN) >>> (Long.SIZE - DOMAIN_BITS));
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
