package org.greydaemon.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.LearnedPools;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.Store;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/// How many networks of one owner have been learned: whoever has a /32 of IPv6 has 65,536 of them
/// (RFC 6177 has sites get /48s), and could leave no place to anybody else. A /16 of IPv4 has no
/// more /24s than one owner may have, so nobody counts those. Safe for use by several threads.
///
/// Only the store knows what is learned: entries are there after a restart, come from other hosts,
/// and go when nobody uses them. It is looked through by a thread of its own, and only while so
/// many are learned that one owner could have too many.
final class PoolOwners {
    /// The most networks of one owner, a sixteenth of all.
    static final int OF_OWNER_MAX = 256;

    /// After how many seconds they are counted anew, before more are learned.
    static final long COUNTED_SECONDS = 3600;

    /// There is no room for both.
    static final long FULL = Long.MAX_VALUE;

    /// Nobody knows yet, after a start.
    static final long NOT_COUNTED = Long.MAX_VALUE - 1;

    /// The first 64 bits of all addresses of IPv4.
    private static final long IPV4 = 0;

    private final Store store;
    private final Executor counter;

    /// The first 64 bits of the addresses of those that are learned.
    @GuardedBy("this")
    private NavigableSet<Long> networks = new TreeSet<>();

    /// Those that have come since the thread has begun to count; null if it does not.
    @GuardedBy("this")
    private @Nullable NavigableSet<Long> added;

    @GuardedBy("this")
    private boolean isCounted;

    @GuardedBy("this")
    private long countedAt;

    /// @param counter runs what looks through the store
    PoolOwners(Store store, Executor counter) {
        this.store = store;
        this.counter = counter;
    }

    /// Takes places for two networks that are about to be learned as one.
    ///
    /// @param one the first 64 bits of its address; 0 in IPv4
    /// @param other the first 64 bits of the other's address
    /// @param now the time in seconds
    /// @return how many networks there are, of all owners; or {@link #FULL} or {@link #NOT_COUNTED}
    synchronized long take(long one, long other, Lifetimes lifetimes, long now) {
        long all = store.entries(Key.Kind.POOL_NETWORK);
        Set<Long> both = new TreeSet<>(List.of(one, other));
        both.remove(IPV4);
        if (all + 2 <= OF_OWNER_MAX) {
            isCounted = false;
            note(both);
            return all;
        }
        if (both.isEmpty()) {
            return all;
        }
        if (!isCounted || now - countedAt >= COUNTED_SECONDS || now < countedAt) {
            startToCount(lifetimes, now);
        }
        return !isCounted ? NOT_COUNTED : take(both) ? all : FULL;
    }

    @GuardedBy("this")
    private boolean take(Set<Long> both) {
        Set<Long> more = new TreeSet<>(both);
        more.removeAll(networks);
        networks.addAll(more);
        for (long each : more) {
            if (hasTooMany(each)) {
                networks.removeAll(more);
                return false;
            }
        }
        note(both);
        return true;
    }

    @GuardedBy("this")
    private boolean hasTooMany(long network) {
        long first = network >>> Integer.SIZE << Integer.SIZE;
        long last = first | 0xffff_ffffL;
        return networks.subSet(first, true, last, true).size() > OF_OWNER_MAX;
    }

    @GuardedBy("this")
    private void note(Set<Long> both) {
        if (added != null) {
            added.addAll(both);
        }
    }

    @GuardedBy("this")
    private void startToCount(Lifetimes lifetimes, long now) {
        if (added == null) {
            added = new TreeSet<>();
            counter.execute(() -> count(lifetimes, now));
        }
    }

    private void count(Lifetimes lifetimes, long now) {
        NavigableSet<Long> found = new TreeSet<>();
        store.visit((key, entry) -> {
            if (key.kind() == Key.Kind.POOL_NETWORK
                    && lifetimes.isKept(key.kind(), entry, now)
                    && !LearnedPools.isAlias(high(key))) {
                found.add(high(key));
            }
        });
        synchronized (this) {
            if (added != null) {
                found.addAll(added);
            }
            added = null;
            networks = found;
            isCounted = true;
            countedAt = now;
        }
    }

    /// Of the network that an entry names, which is not always told to be the one that made it.
    private static long high(Key key) {
        String network = new String(key.bytes(), 0, key.clientLength(), ISO_8859_1);
        String address = network.substring(0, Math.max(0, network.indexOf('/')));
        return IpAddress.parse(address).map(IpAddress::high).orElse(IPV4);
    }
}
