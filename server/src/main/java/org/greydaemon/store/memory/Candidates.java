package org.greydaemon.store.memory;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;

import java.util.Arrays;

/// Entries of all shards that may go, and which of them goes first. Mutable and reused; confined to
/// whoever holds the lock of {@link Eviction}.
final class Candidates {
    /*
     * What goes, the first first:
     *
     *   DEAD     can no longer pass, or has expired
     *   GREEDY   a triplet of a network that has more than a share, or lies in one that has
     *   STALE    a triplet that had its time to come back, the greediest network's first; one that
     *            was never retried counts as if its network were four times as big
     *   FRESH    any other triplet, the greediest network's first
     *
     * and, when there are hardly any triplets, what has proven itself before all but the dead.
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
    static final int MAX = 256;

    /// A network that stands for all.
    static final long ANY_NETWORK = -1;

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

    /// Above a {@link MakerNetwork}.
    private static final int HOST_SHIFT = 56;

    private final Shares shares;
    private final long share;

    private final Shard[] holders = new Shard[MAX];
    private final int[] refs = new int[MAX];
    private final Key.Kind[] kinds = new Key.Kind[MAX];
    private final long[] entries = new long[MAX];
    private final Standing[] standings = new Standing[MAX];
    private final long[] networks = new long[MAX];
    private final int[] hosts = new int[MAX];
    private final long[] priorities = new long[MAX];

    /// The host and network of each candidate of a greedy network, 0 of others.
    private final long[] makers = new long[MAX];

    private int size;
    private int enough;
    private long network = ANY_NETWORK;
    private Lifetimes lifetimes;
    private long now;
    private boolean isTripletWanted;

    // Of no meaning; else the compiler would drop what is read ahead.
    private long fetched;

    /// @param share the weight beyond which a network's triplets go before all others'
    Candidates(Shares shares, long share, Lifetimes lifetimes) {
        this.shares = shares;
        this.share = share;
        this.lifetimes = lifetimes;
    }

    /// Says what is looked for.
    ///
    /// @param ofNetwork whose entries may go; {@link #ANY_NETWORK} for all
    /// @param time in seconds
    void begin(long ofNetwork, Lifetimes current, long time) {
        network = ofNetwork;
        lifetimes = current;
        now = time;
    }

    /// Forgets the candidates before.
    ///
    /// @param wanted how many are enough, {@link #MAX} at most
    /// @param triplets whether it is triplets that are to go, and not what has proven itself
    void start(int wanted, boolean triplets) {
        size = 0;
        enough = wanted;
        isTripletWanted = triplets;
    }

    /// How many there are.
    int size() {
        return size;
    }

    /// Whether there are as many as are wanted.
    boolean areEnough() {
        return size == enough;
    }

    /// Takes an entry, if it may go.
    ///
    /// @return whether there was room for it
    boolean consider(Shard holder, int ref, Records records) {
        if (areEnough()) {
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

    /// Puts them in the order in which they go.
    ///
    /// @return how many go at once
    int order() {
        prioritise();
        crowd();
        Arrays.sort(priorities, 0, size);
        int worst = worst();
        int equals = size - first(worst);
        return worst == DEAD ? equals : Math.ceilDiv(equals, CHOICE);
    }

    /// Who holds the one that goes after so many others.
    Shard holder(int after) {
        return holders[candidate(after)];
    }

    /// The record of the one that goes after so many others.
    int ref(int after) {
        return refs[candidate(after)];
    }

    /// Whether those that go have not had the time to come back.
    boolean areFresh() {
        return worst() == FRESH;
    }

    private int candidate(int after) {
        return (int) priorities[size - 1 - after] & (MAX - 1);
    }

    private int worst() {
        return rank(priorities[size - 1]);
    }

    /// Says how much each candidate deserves to go. What is counted of their networks is read
    /// before, all at once: {@link org.greydaemon.decision.Memory#fetch}.
    private void prioritise() {
        long read = 0;
        for (int i = 0; i < size; i++) {
            read += shares.peek(standings[i], networks[i]);
        }
        fetched = read == fetched ? read + 1 : fetched; // Almost never.
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

    /// Says of each candidate of a greedy network how many others are the same host's.
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
    private int first(int rank) {
        int first = size;
        while (first > 0 && rank(priorities[first - 1]) == rank) {
            first--;
        }
        return first;
    }
}
