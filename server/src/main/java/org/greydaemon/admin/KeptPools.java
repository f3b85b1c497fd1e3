package org.greydaemon.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.gate.Ledger;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// The networks that were learned as one, for dashboards: each explanation of a client in such a
/// pool names them, and to find them takes a walk over all entries. One walk serves for a while, by
/// the bound of {@link EntryPicture}. Safe for use by several threads; who asks during a walk waits
/// for it.
final class KeptPools {
    private final Ledger ledger;
    private final LongSupplier nanos;

    @GuardedBy("this")
    private Map<Integer, List<String>> pools = Map.of();

    @GuardedBy("this")
    private long walkAgainAt;

    /// @param nanos a clock that only moves forward
    KeptPools(Ledger ledger, LongSupplier nanos) {
        this.ledger = ledger;
        this.nanos = nanos;
        walkAgainAt = nanos.getAsLong();
    }

    /// The networks of the pool with a mark; for one that was learned since the last walk there is
    /// another one.
    ///
    /// @param now the time in seconds
    synchronized List<String> networks(int pool, long now) {
        long began = nanos.getAsLong();
        if (began - walkAgainAt >= 0 || !pools.containsKey(pool)) {
            pools = new PoolEntries(ledger, now, 0).networks();
            long ended = nanos.getAsLong();
            walkAgainAt = ended + EntryPicture.restNanos(ended - began);
        }
        return pools.getOrDefault(pool, List.of());
    }
}
