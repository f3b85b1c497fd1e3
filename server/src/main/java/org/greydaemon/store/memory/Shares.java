package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/// How many entries there are in all shards together, how much of the memory each network has, and
/// how greedy that is. Safe for use by several threads.
final class Shares {
    /*
     * Networks nest: a /24 counts in its /16, a /48 in its /40 and its /32, so that many small
     * networks of one owner are one big one. A prefix is counted in two counters that a keyed hash
     * names, and the smaller one is believed: a count-min sketch (Cormode and Muthukrishnan, 2005).
     * That is a fixed table instead of one that an attacker can grow; a small network meets big
     * ones in both its counters once in thousands of times, and nobody can choose which.
     *
     * Counters come into being in pages, so that an idle daemon has none.
     */
    private static final int PAGE_BITS = 10;
    private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;
    private static final int PAGES = 512; // 2 MiB of counters.
    private static final int COUNTERS_MASK = (PAGES << PAGE_BITS) - 1;
    private static final int[] NO_PAGE = {};
    private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(int[][].class);
    private static final VarHandle HELD = held();
    private static final VarHandle COUNTER = MethodHandles.arrayElementVarHandle(int[].class);

    /// The level of a network itself; each further one has eight bits less.
    static final int NETWORK = 0;

    private static final int LEVEL_BITS = 8;

    /// The numbers of 64 bits that a processor fetches together, or more.
    private static final int LINE = 8;

    // Of MurmurHash3's finaliser, by Austin Appleby.
    private static final long MIX0 = 0xff51afd7ed558ccdL;
    private static final long MIX1 = 0xc4ceb9fe1a85ec53L;

    /// The bit of a greed that says "more than a share".
    static final int MORE = 1 << 12;

    /// Sixteenths of a doubling, as {@link #log} counts.
    private static final int LOG_BITS = 4;

    private final long key;
    private final int[][] pages = new int[PAGES][];

    // All threads that answer count here all the time. What one of them writes, the others have to
    // fetch from its processor, with all that lies beside it: so each number has room to itself,
    // and what is asked for far more often than it changes lies elsewhere.
    private final LongAdder[] kinds = new LongAdder[Key.Kind.values().length];
    private final AtomicLongArray weights =
            new AtomicLongArray(LINE * (Standing.values().length + 2));

    // A bit for each kind of which there has been an entry, which is never taken back. It lies
    // beside what does not change.
    @SuppressWarnings("UnusedVariable") // HELD's.
    private volatile int held;

    /// @param key the secret of the hash
    Shares(long key) {
        this.key = key;
        Arrays.fill(pages, NO_PAGE);
        Arrays.setAll(kinds, _ -> new LongAdder());
    }

    private static VarHandle held() {
        try {
            return MethodHandles.lookup().findVarHandle(Shares.class, "held", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Counts an entry.
    void count(Key.Kind kind) {
        kinds[kind.number()].increment();
        int bit = 1 << kind.number();
        if ((held & bit) == 0) {
            int _ = (int) HELD.getAndBitwiseOr(this, bit);
        }
    }

    /// An entry is gone.
    void discount(Key.Kind kind) {
        kinds[kind.number()].decrement();
    }

    /// Whether there may be an entry of a kind: there has been one.
    boolean mayHold(Key.Kind kind) {
        return (held & 1 << kind.number()) != 0;
    }

    /// How many entries of a kind there are.
    long entries(Key.Kind kind) {
        return Math.max(0, kinds[kind.number()].sum()); // No moment's: others go on counting.
    }

    /// How many entries there are.
    long entries() {
        long entries = 0;
        for (LongAdder kind : kinds) {
            entries += kind.sum();
        }
        return Math.max(0, entries);
    }

    /// Adds the weight of an entry; a negative one takes it away.
    void add(Standing standing, long network, int weight) {
        long _ = weights.addAndGet(place(standing), weight);
        for (int level = levels(network); --level >= 0; ) {
            long hash = hash(standing, network, level);
            add((int) hash & COUNTERS_MASK, weight);
            add((int) (hash >>> 32) & COUNTERS_MASK, weight);
        }
    }

    private void add(int counter, int weight) {
        int number = counter >> PAGE_BITS;
        int[] page = (int[]) PAGE.getAcquire(pages, number);
        if (page.length == 0) {
            PAGE.compareAndSet(pages, number, NO_PAGE, new int[PAGE_MASK + 1]);
            page = (int[]) PAGE.getAcquire(pages, number);
        }
        int _ = (int) COUNTER.getAndAdd(page, counter & PAGE_MASK, weight);
    }

    /// The weight of the entries of a network, or of what it lies in at a higher level; sometimes
    /// too high.
    int weight(Standing standing, long network, int level) {
        long hash = hash(standing, network, level);
        return Math.max(
                0,
                Math.min(
                        get((int) hash & COUNTERS_MASK), get((int) (hash >>> 32) & COUNTERS_MASK)));
    }

    /// Something that lies where the counters of a network's triplets do.
    int peek(long network) {
        int read = triplets(network);
        for (int level = levels(network); --level > 0; ) {
            read += weight(Standing.UNRETRIED, network, level);
        }
        return read;
    }

    /// Something that lies where {@link #greed} looks.
    int peek(Standing standing, long network) {
        int read = 0;
        for (int level = levels(network); --level >= 0; ) {
            read += weight(standing, network, level);
        }
        return read;
    }

    private int get(int counter) {
        int[] page = (int[]) PAGE.getAcquire(pages, counter >> PAGE_BITS);
        return page.length == 0 ? 0 : (int) COUNTER.getOpaque(page, counter & PAGE_MASK);
    }

    private long hash(Standing standing, long network, int level) {
        long prefix = network >> (LEVEL_BITS * level);
        long hash = (prefix << 4 | (long) level << 2 | standing.number()) ^ key;
        hash = (hash ^ hash >>> 33) * MIX0;
        hash = (hash ^ hash >>> 33) * MIX1;
        return hash ^ hash >>> 29;
    }

    /// How many levels a network has: /24 and /16; /48, /40 and /32.
    static int levels(long network) {
        if (network == MakerNetwork.NONE) {
            return 1;
        }
        return MakerNetwork.isIpv6(network) ? 3 : 2;
    }

    /// The weight of all entries.
    long weight() {
        return triplets() + weights.get(place(Standing.PROVEN));
    }

    /// The weight of all triplets that have not proven themselves.
    long triplets() {
        return weights.get(place(Standing.UNRETRIED)) + weights.get(place(Standing.RETRIED));
    }

    private static int place(Standing standing) {
        return LINE * (standing.number() + 1);
    }

    /// What a network itself has of triplets that have not proven themselves; sometimes too high.
    int triplets(long network) {
        return weight(Standing.UNRETRIED, network, NETWORK)
                + weight(Standing.RETRIED, network, NETWORK);
    }

    /// How greedy a network is: the logarithm, in sixteenths of a doubling, of its own weight
    /// squared times the weight of what it lies in. So a small network in a big one suffers a
    /// little, and a big one much.
    ///
    /// @param share of the memory
    /// @return with {@link #MORE} if the network, or what it lies in, has more than the share
    int greed(Standing standing, long network, long share) {
        int narrow = weight(standing, network, NETWORK);
        int widest = narrow;
        int wide = 0;
        int levels = levels(network);
        for (int level = NETWORK + 1; level < levels; level++) {
            int weight = weight(standing, network, level);
            widest = Math.max(widest, weight);
            wide += log(weight);
        }
        int greed = 2 * log(narrow) + (levels > 1 ? wide / (levels - 1) : log(narrow));
        return widest > share ? greed | MORE : greed;
    }

    private static int log(int weight) {
        int number = Math.max(1, weight);
        int whole = 31 - Integer.numberOfLeadingZeros(number);
        int rest = (int) (((long) number << LOG_BITS) >>> whole) & (1 << LOG_BITS) - 1;
        return whole << LOG_BITS | rest;
    }
}
