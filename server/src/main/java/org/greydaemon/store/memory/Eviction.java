package org.greydaemon.store.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Rules.Lifetimes;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Makes room: compares some entries of all shards and forgets the worst of them (docs/adr/0014).
/// Safe for use by several threads; one at a time chooses.
///
/// Most of its time would be that of waiting for memory nobody looked at lately: so what is going
/// to be looked at is read before, many places at once ({@link
/// org.greydaemon.decision.Memory#fetch}).
final class Eviction {
    /// How many are compared at least, and for each one that has to go.
    private static final int SAMPLE_MIN = 64;

    private static final int SAMPLE = 4;

    /// From how many random places they come: those from one place were remembered one after the
    /// other, so they lie side by side in memory, but are often much alike.
    private static final int PLACES = 32;

    private static final int PLACES_MAX = 8 * PLACES;

    private final Shard[] shards;
    private final Shares shares;
    private final long tripletsMin;
    private final RandomGenerator random;
    private final ReentrantLock lock;
    private final AtomicLong evicted = new AtomicLong();
    private final AtomicLong evictedFresh = new AtomicLong();

    // Written by whoever evicts, read by who wonders: stale is fine.
    private volatile long lastFresh = Long.MIN_VALUE;

    @GuardedBy("lock")
    private final Candidates candidates;

    @GuardedBy("lock")
    private final int[] places = new int[PLACES];

    @GuardedBy("lock")
    private final Shard[] placeShards = new Shard[PLACES];

    /// The tags of those that go.
    @GuardedBy("lock")
    private final int[] tags = new int[Candidates.MAX];

    @GuardedBy("lock")
    private final RecordKey scratch = new RecordKey();

    // Of no meaning; else the compiler would drop what is read ahead.
    @GuardedBy("lock")
    private long fetched;

    /// @param share the weight beyond which a network's triplets go before all others'
    /// @param tripletsMin how many triplets proven clients make room for, instead of the other way
    ///   round
    /// @param lock keeps the references to candidates good: no segment is freed meanwhile
    Eviction(
            Shard[] shards,
            Shares shares,
            long share,
            long tripletsMin,
            Lifetimes lifetimes,
            RandomGenerator random,
            ReentrantLock lock) {
        this.shards = shards;
        this.shares = shares;
        this.tripletsMin = tripletsMin;
        this.random = random;
        this.lock = lock;
        candidates = new Candidates(shares, share, lifetimes);
    }

    /// Forgets entries until all together weigh no more than a bound. While somebody else chooses,
    /// a little more is left to the next one who adds: with several threads that answer in a full
    /// store each would wait for the other.
    ///
    /// @param more how much less than the bound they may weigh then, and how much more meanwhile
    /// @param isJournaled whether the journal is told
    void toWeight(long bound, int more, Lifetimes lifetimes, long now, boolean isJournaled) {
        if (!lock.tryLock()) {
            if (shares.weight() <= bound + more) {
                return;
            }
            lock.lock();
        }
        try {
            candidates.begin(Candidates.ANY_NETWORK, lifetimes, now);
            while (shares.weight() > bound) {
                boolean isTripletWanted = shares.triplets() > tripletsMin;
                long surplus = shares.weight() - bound + more;
                int gone = evict(surplus, isTripletWanted, isJournaled);
                if (gone < 0) {
                    return;
                }
                if (candidates.areFresh() && gone > 0) {
                    evictedFresh.addAndGet(gone);
                    lastFresh = now;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Forgets triplets of one network until they weigh no more than a bound.
    ///
    /// @param more how much less than the bound they may weigh then
    void toShare(long ofNetwork, int bound, int more, Lifetimes lifetimes, long now) {
        lock.lock();
        try {
            candidates.begin(ofNetwork, lifetimes, now);
            while (shares.triplets(ofNetwork) > bound) {
                if (evict(shares.triplets(ofNetwork) - bound + more, true, true) < 0) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Forgets the worst of some entries.
    ///
    /// @param surplus the weight that is wanted
    /// @return how many; -1 if there was nothing to forget
    @GuardedBy("lock")
    private int evict(long surplus, boolean isTripletWanted, boolean isJournaled) {
        boolean isSmall = shares.weight() <= Candidates.MAX;
        int sample =
                isSmall ? Candidates.MAX : Math.clamp(surplus * SAMPLE, SAMPLE_MIN, Candidates.MAX);
        candidates.start(sample, isTripletWanted);
        fill(isSmall, sample);
        if (candidates.size() == 0) {
            return -1;
        }
        int victims = candidates.order();
        fetchVictims(victims);
        int gone = 0;
        long left = surplus;
        for (int i = 0; i < victims && left > 0; i++) {
            int weight =
                    candidates.holder(i).evict(candidates.ref(i), tags[i], isJournaled, scratch);
            left -= weight;
            gone += weight > 0 ? 1 : 0;
        }
        evicted.addAndGet(gone);
        return gone;
    }

    /// Gathers candidates: runs at random places, and if that finds none, or there are few entries
    /// at all, everything in its order.
    @GuardedBy("lock")
    private void fill(boolean isSmall, int sample) {
        for (int i = 0; i < PLACES_MAX && !isSmall && !candidates.areEnough(); i += PLACES) {
            offerPlaces(sample / PLACES);
        }
        for (int i = 0; i < shards.length && (isSmall || candidates.size() == 0); i++) {
            shards[i].walks().offerAll(candidates);
        }
    }

    /// Offers the entries at some random places.
    ///
    /// @param count how many of each
    @GuardedBy("lock")
    private void offerPlaces(int count) {
        long read = 0;
        for (int i = 0; i < PLACES; i++) {
            placeShards[i] = shards[random.nextInt(shards.length)];
            places[i] = random.nextInt();
            read += placeShards[i].peek(places[i]);
        }
        for (int i = 0; i < PLACES; i++) {
            read += placeShards[i].peekAny(places[i]);
        }
        noteRead(read);
        for (int i = 0; i < PLACES && !candidates.areEnough(); i++) {
            placeShards[i].walks().offer(places[i], count, candidates);
        }
    }

    /// Reads where those that go stand in the index.
    @GuardedBy("lock")
    private void fetchVictims(int count) {
        for (int i = 0; i < count; i++) {
            tags[i] = candidates.holder(i).tag(candidates.ref(i), scratch);
        }
        long read = 0;
        for (int i = 0; i < count; i++) {
            read += candidates.holder(i).peek(tags[i]);
        }
        noteRead(read);
    }

    @GuardedBy("lock")
    private void noteRead(long read) {
        if (read == fetched) {
            fetched = read + 1; // Almost never.
        }
    }

    /// How many entries were forgotten because there was no room.
    long evicted() {
        return evicted.get();
    }

    /// How many of them had not even had the time to come back.
    long evictedFresh() {
        return evictedFresh.get();
    }

    /// When the last one of those was forgotten, in seconds; {@link Long#MIN_VALUE} if none was.
    long lastFresh() {
        return lastFresh;
    }
}
