package org.greydaemon.store.memory;

import org.greydaemon.decision.Rules.Lifetimes;

import java.util.concurrent.atomic.AtomicBoolean;

/// Keeps the entries within their bound, and each network's triplets within its share
/// (docs/adr/0014). Safe for use by several threads.
final class EntryBound {
    /// How long the store is said to be short of bound, in seconds.
    private static final long SHORT_SECONDS = 600;

    private final StoreSettings settings;
    private final StoreListener listener;
    private final Shares shares;
    private final Eviction eviction;

    // Any thread may find the store full; the first one says so, a save with room again resets it.
    private final AtomicBoolean saidFull = new AtomicBoolean();

    EntryBound(StoreSettings settings, StoreListener listener, Shares shares, Eviction eviction) {
        this.settings = settings;
        this.listener = listener;
        this.shares = shares;
        this.eviction = eviction;
    }

    /// Evicts what is beyond a network's share.
    ///
    /// @param network that may have one triplet more
    /// @param now the time in seconds
    void keepShare(long network, Lifetimes lifetimes, long now) {
        int max = settings.tripletsPerNetworkMax();
        if (shares.weight() > max && shares.triplets(network) > max) {
            eviction.toShare(network, max, settings.roomAhead(), lifetimes, now);
        }
    }

    /// Evicts what is beyond the bound on all entries.
    ///
    /// @param now the time in seconds
    /// @param isJournaled whether the journal is told
    void keep(Lifetimes lifetimes, long now, boolean isJournaled) {
        if (shares.weight() > settings.entriesMax()) {
            if (saidFull.compareAndSet(false, true)) {
                listener.full(settings.entriesMax());
            }
            eviction.toWeight(
                    settings.entriesMax(), settings.roomAhead(), lifetimes, now, isJournaled);
        }
    }

    /// A save has forgotten what had expired: if a tenth is free again, the next time that the
    /// store is full is worth a line.
    void sayFullAgain() {
        if (shares.weight() < settings.entriesMax() - settings.entriesMax() / 10) {
            saidFull.set(false);
        }
    }

    /// {@link MemoryStore#isShortOfRoom}.
    boolean isShort(long now) {
        return eviction.lastFresh() > now - SHORT_SECONDS;
    }
}
