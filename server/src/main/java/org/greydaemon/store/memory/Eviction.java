package org.greydaemon.store.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Makes room: compares some entries of all shards and forgets the worst of them (docs/adr/0014).
/// Safe for use by several threads; one at a time chooses.
final class Eviction {
    /*
     * What goes, the first first:
     *
     *   DEAD     can no longer pass, or has expired
     *   GREEDY   a triplet of a network that has more than a share, or lies in one that has
     *   STALE    a triplet that had its time to come back, the greediest network's first; one that
     *            was never retried counts as if its network were four times as big
     *   FRESH    any other triplet, the greediest network's first
     *   and, when there are hardly any triplets, what has proven itself before all but the dead
     *
     * Among equally greedy ones within GREEDY, those of the host that has most in the pool go first,
     * so that a flood from one address of a network does not push out its neighbours; of equals the
     * oldest goes. To find them by comparing a sample takes no lists and no order that has to be
     * kept at each step; it is right as often as the sample is large.
     */
    private static final int FRESH = 1;
    private static final int STALE = 2;
    private static final int GREEDY = 3;
    private static final int PROVEN_BEFORE_TRIPLETS = 4;
    private static final int DEAD = 5;

    /// The most entries that are compared at a time.
    private static final int POOL = 256;

    /// How many are compared at least, and for each one that has to go.
    private static final int SAMPLE_MIN = 64;

    private static final int SAMPLE = 4;

    /// From how many random places they come: those from one place were remembered one after the
    /// other, so they lie side by side in memory, but are often much alike.
    private static final int PLACES = 32;

    private static final int PLACES_MAX = 8 * PLACES;

    /// Of the candidates that are equally bad, at most one of so many goes at a time.
    private static final int CHOICE = 4;

    /// How much greedier a triplet looks that was never retried, in sixteenths of a doubling.
    private static final int UNRETRIED_GREED = 4 << 4;

    /// Greed is compared by fourfold steps, so that age decides between networks much alike.
    private static final int GREED_STEP_BITS = 5;

    // A priority: rank, greed, crowd, age, and where the candidate is in the pool.
    private static final int INDEX_BITS = 8;
    private static final int AGE_BITS = 32;
    private static final int CROWD_SHIFT = AGE_BITS + INDEX_BITS;
    private static final int CROWD_MAX = 255;
    private static final int GREED_SHIFT = CROWD_SHIFT + 8;
    private static final int RANK_SHIFT = GREED_SHIFT + 8;
    private static final long AGE_MAX = (1L << AGE_BITS) - 1;

    private static final long ANY_NETWORK = -1;

    /// Above a {@link MakerNetwork}.
    private static final int HOST_SHIFT = 56;

    private final Shard[] shards;
    private final Shares shares;
    private final long share;
    private final long tripletsMin;
    private final RandomGenerator random;
    private final ReentrantLock lock;
    private final AtomicLong evicted = new AtomicLong();
    private final AtomicLong evictedFresh = new AtomicLong();

    // Written by whoever evicts, read by who wonders: stale is fine.
    private volatile long lastFresh = Long.MIN_VALUE;

    @GuardedBy("lock")
    private final int[] places = new int[PLACES];

    @GuardedBy("lock")
    private final int[] placeShards = new int[PLACES];

    @GuardedBy("lock")
    private final Shard[] holders = new Shard[POOL];

    @GuardedBy("lock")
    private final int[] refs = new int[POOL];

    @GuardedBy("lock")
    private final Key.Kind[] kinds = new Key.Kind[POOL];

    @GuardedBy("lock")
    private final long[] entries = new long[POOL];

    @GuardedBy("lock")
    private final Standing[] standings = new Standing[POOL];

    @GuardedBy("lock")
    private final long[] networks = new long[POOL];

    @GuardedBy("lock")
    private final int[] hosts = new int[POOL];

    @GuardedBy("lock")
    private final long[] priorities = new long[POOL];

    /// The host and network of each candidate of a greedy network, 0 of others.
    @GuardedBy("lock")
    private final long[] makers = new long[POOL];

    /// Of the victims, the last first.
    @GuardedBy("lock")
    private final int[] tags = new int[POOL];

    // Of no meaning; see `noteRead`.
    @GuardedBy("lock")
    private long fetched;

    @GuardedBy("lock")
    private final RecordKey scratch = new RecordKey();

    @GuardedBy("lock")
    private int size;

    /// How many candidates are enough.
    @GuardedBy("lock")
    private int sample;

    @GuardedBy("lock")
    private long network;

    @GuardedBy("lock")
    private Lifetimes lifetimes;

    @GuardedBy("lock")
    private long now;

    @GuardedBy("lock")
    private boolean isTripletWanted;

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
        this.lock = lock;
        this.shares = shares;
        this.share = share;
        this.tripletsMin = tripletsMin;
        this.lifetimes = lifetimes;
        this.random = random;
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
            begin(ANY_NETWORK, lifetimes, now);
            while (shares.weight() > bound) {
                isTripletWanted = shares.triplets() > tripletsMin;
                if (!evict(shares.weight() - bound + more, isJournaled)) {
                    return;
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
            begin(ofNetwork, lifetimes, now);
            isTripletWanted = true;
            while (shares.triplets(ofNetwork) > bound) {
                if (!evict(shares.triplets(ofNetwork) - bound + more, true)) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void begin(long ofNetwork, Lifetimes current, long time) {
        network = ofNetwork;
        lifetimes = current;
        now = time;
    }

    /// Forgets the worst of a pool.
    ///
    /// @param surplus the weight that is wanted
    /// @return whether there was anything to forget
    @GuardedBy("lock")
    private boolean evict(long surplus, boolean isJournaled) {
        boolean isSmall = shares.weight() <= POOL;
        sample = isSmall ? POOL : Math.clamp(surplus * SAMPLE, SAMPLE_MIN, POOL);
        fill(isSmall);
        if (size == 0) {
            return false;
        }
        prioritise();
        crowd();
        Arrays.sort(priorities, 0, size);
        int worst = rank(priorities[size - 1]);
        int equals = size - first(worst);
        int victims = worst == DEAD ? equals : Math.ceilDiv(equals, CHOICE);
        fetchVictims(victims);
        long left = surplus;
        for (int i = 0; i < victims && left > 0; i++) {
            int candidate = victim(i);
            int weight = holders[candidate].evict(refs[candidate], tags[i], isJournaled, scratch);
            left -= weight;
            if (weight > 0) {
                evicted.incrementAndGet();
                if (worst == FRESH && network == ANY_NETWORK) {
                    evictedFresh.incrementAndGet();
                    lastFresh = now;
                }
            }
        }
        return true;
    }

    /// The candidate that goes after so many others.
    @GuardedBy("lock")
    private int victim(int i) {
        return (int) priorities[size - 1 - i] & (POOL - 1);
    }

    /// Reads where the victims stand in the index, all at once: see {@link
    /// org.greydaemon.decision.Memory#fetch}.
    @GuardedBy("lock")
    private void fetchVictims(int count) {
        for (int i = 0; i < count; i++) {
            tags[i] = holders[victim(i)].tag(refs[victim(i)], scratch);
        }
        long read = 0;
        for (int i = 0; i < count; i++) {
            read += holders[victim(i)].peek(tags[i]);
        }
        noteRead(read);
    }

    /// Takes note of what was read ahead: else the compiler would drop the reads.
    @GuardedBy("lock")
    private void noteRead(long read) {
        if (read == fetched) {
            fetched = read + 1; // Almost never.
        }
    }

    /// Says of each candidate of a greedy network how many others are the same host's.
    @GuardedBy("lock")
    private void crowd() {
        for (int i = 0; i < size; i++) {
            int crowd = 0;
            for (int j = 0; j < size && makers[i] != 0; j++) {
                crowd += makers[i] == makers[j] ? 1 : 0;
            }
            priorities[i] |= (long) Math.min(crowd, CROWD_MAX) << CROWD_SHIFT;
        }
    }

    private static int rank(long priority) {
        return (int) (priority >>> RANK_SHIFT);
    }

    /// Where candidates of a rank begin.
    @GuardedBy("lock")
    private int first(int rank) {
        int first = size;
        while (first > 0 && rank(priorities[first - 1]) == rank) {
            first--;
        }
        return first;
    }

    /// Gathers candidates: runs at random places, and if that finds none, or there are few entries
    /// at all, everything in its order.
    @GuardedBy("lock")
    private void fill(boolean isSmall) {
        size = 0;
        if (!isSmall) {
            for (int place = 0; place < PLACES_MAX && size < sample; place += PLACES) {
                offerPlaces();
            }
        }
        for (int i = 0; i < shards.length && (isSmall || size == 0); i++) {
            shards[i].walks().offerAll(this);
        }
    }

    /// Offers the entries at some random places, which are read before, all at once.
    @GuardedBy("lock")
    private void offerPlaces() {
        long read = 0;
        for (int i = 0; i < PLACES; i++) {
            placeShards[i] = random.nextInt(shards.length);
            places[i] = random.nextInt();
            read += shards[placeShards[i]].peek(places[i]);
        }
        for (int i = 0; i < PLACES; i++) {
            read += shards[placeShards[i]].peekAny(places[i]);
        }
        noteRead(read);
        for (int i = 0; i < PLACES && size < sample; i++) {
            shards[placeShards[i]].walks().offer(places[i], sample / PLACES, this);
        }
    }

    /// Takes a candidate into the pool, if it is one. Called by shards while a pool is filled.
    ///
    /// @return whether the pool had room for it
    @SuppressWarnings("GuardedBy") // The lock is held by fill().
    boolean consider(Shard holder, int ref, Records records) {
        if (size == sample) {
            return false;
        }
        long maker = records.network(ref);
        if (network != ANY_NETWORK && network != maker) {
            return true;
        }
        Key.Kind kind = records.kind(ref);
        long entry = records.entry(ref);
        Standing standing = Standing.of(kind, entry, records.isRetried(ref));
        if (standing == Standing.PROVEN && isTripletWanted && lifetimes.isSaved(kind, entry, now)) {
            return true;
        }
        holders[size] = holder;
        refs[size] = ref;
        kinds[size] = kind;
        entries[size] = entry;
        standings[size] = standing;
        networks[size] = maker;
        hosts[size] = records.host(ref);
        size++;
        return true;
    }

    /// Says how much each candidate deserves to go. What is counted of their networks is read
    /// before, all at once.
    @GuardedBy("lock")
    private void prioritise() {
        long read = 0;
        for (int i = 0; i < size; i++) {
            read += shares.peek(standings[i], networks[i]);
        }
        noteRead(read);
        for (int i = 0; i < size; i++) {
            int greed = shares.greed(standings[i], networks[i], share);
            int rank = rank(kinds[i], entries[i], standings[i], (greed & Shares.MORE) != 0);
            if (standings[i] == Standing.UNRETRIED) {
                greed += UNRETRIED_GREED;
            }
            boolean isNeighbours = rank == GREEDY || (network != ANY_NETWORK && rank != DEAD);
            // Those of hosts that nobody knows, since they come from a file, count as one host's.
            makers[i] = isNeighbours ? networks[i] | (hosts[i] + 1L) << HOST_SHIFT : 0;
            long age = Math.clamp(now - Entry.time(entries[i]), 0, AGE_MAX);
            long step = (greed & (Shares.MORE - 1)) >> GREED_STEP_BITS;
            priorities[i] = (long) rank << RANK_SHIFT | step << GREED_SHIFT | age << INDEX_BITS | i;
        }
    }

    @GuardedBy("lock")
    private int rank(Key.Kind kind, long entry, Standing standing, boolean isGreedy) {
        if (!lifetimes.isSaved(kind, entry, now)) {
            return DEAD;
        }
        if (standing == Standing.PROVEN) {
            return PROVEN_BEFORE_TRIPLETS;
        }
        if (isGreedy) {
            return GREEDY;
        }
        return lifetimes.isFresh(entry, now) ? FRESH : STALE;
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
