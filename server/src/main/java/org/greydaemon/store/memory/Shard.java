package org.greydaemon.store.memory;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Store;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// The entries of some client networks under one short lock. Safe for use by several threads; no
/// thread ever holds the locks of two shards.
final class Shard {
    /// How late the refresh of a proven client may reach the journal, in seconds.
    static final int REFRESH_SECONDS = 60;

    /// 2^32 divided by the golden ratio: its multiples are far from each other.
    private static final int GOLDEN_RATIO = 0x9e3779b9;

    private final ReentrantLock lock = new ReentrantLock();
    private final SipHash hash;
    private final Journal journal;
    private final AtomicLong entries;
    private final AtomicLong weight;
    private final AtomicLong evicted;
    private final int tripletsPerGroupMax;

    @GuardedBy("lock")
    private final Records records = new Records();

    @GuardedBy("lock")
    private final Index index = new Index();

    @GuardedBy("lock")
    private final Groups groups = new Groups(records);

    // Written under the lock, read without it by whoever looks for the greediest shard: stale is
    // fine.
    private volatile int triplets;
    private volatile int mostTriplets;
    private volatile int mostClients;

    /// @param entries counts the entries of all shards
    /// @param weight adds up what they weigh
    /// @param evicted counts what all shards forget because there is no room for it
    Shard(
            SipHash hash,
            Journal journal,
            AtomicLong entries,
            AtomicLong weight,
            AtomicLong evicted,
            int tripletsPerGroupMax) {
        this.hash = hash;
        this.journal = journal;
        this.entries = entries;
        this.weight = weight;
        this.evicted = evicted;
        this.tripletsPerGroupMax = tripletsPerGroupMax;
    }

    /// {@link Memory#step} for a key of this shard; what changes is in the journal's buffer before
    /// another step can see it, so that the journal's order is the order of the changes.
    ///
    /// @return the time remembered before, or {@link Memory#NEVER}
    long step(Key key, int group, Rule rule, long now) {
        int tag = tag(key);
        lock.lock();
        try {
            int ref = index.find(tag, key, records);
            long seen = ref == Records.NONE ? Memory.NEVER : records.time(ref);
            long next = rule.next(seen, now);
            if (next != seen) {
                remember(tag, ref, key, group, Math.max(0, Entry.time(next)));
            } else if (ref != Records.NONE && key.isTriplet() && !records.isRetried(ref)) {
                groups.retried(ref);
            }
            return seen;
        } finally {
            lock.unlock();
        }
    }

    private static Key.Kind kind(boolean isTriplet) {
        return isTriplet ? Key.Kind.TRIPLET : Key.Kind.CLIENT;
    }

    @GuardedBy("lock")
    private void remember(int tag, int ref, Key key, int group, long now) {
        if (ref == Records.NONE) {
            insert(tag, key, group, now);
            journal.append(key, now);
        } else {
            refresh(ref, key, now);
        }
    }

    @GuardedBy("lock")
    private void refresh(int ref, Key key, long now) {
        records.setTime(ref, now);
        if (key.isTriplet()) {
            journal.append(key, now);
        } else if (Math.abs(now - records.journaled(ref)) >= REFRESH_SECONDS) {
            records.setJournaled(ref, now);
            journal.append(key, now);
        }
    }

    @GuardedBy("lock")
    @CanIgnoreReturnValue
    private int insert(int tag, Key key, int group, long time) {
        int more = Records.weight(key);
        while (key.isTriplet()
                && groups.triplets(group) + more > tripletsPerGroupMax
                && groups.victim(group) != Records.NONE) {
            evict(groups.victim(group));
        }
        int ref = records.append(key, group, time);
        if (!key.isTriplet()) {
            records.setJournaled(ref, time);
        }
        index.add(tag, ref);
        groups.add(ref);
        entries.incrementAndGet();
        weight.addAndGet(more);
        publish();
        return ref;
    }

    /// Remembers an entry read from a file; the last one of a key wins.
    ///
    /// @param fileTime what the file says; another time than `time` is journaled when it changes
    void load(Key key, int group, long time, long fileTime) {
        int tag = tag(key);
        lock.lock();
        try {
            int ref = index.find(tag, key, records);
            if (ref == Records.NONE) {
                ref = insert(tag, key, group, time);
            } else {
                records.setTime(ref, time);
            }
            if (!key.isTriplet()) {
                records.setJournaled(ref, fileTime);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Forgets a key, if it is remembered.
    void forget(Key key) {
        int tag = tag(key);
        lock.lock();
        try {
            int ref = index.find(tag, key, records);
            if (ref != Records.NONE) {
                forget(tag, ref);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Makes room: forgets the next triplet of the group with the most of them.
    void evictTriplet() {
        lock.lock();
        try {
            evict(groups.tripletVictim());
        } finally {
            lock.unlock();
        }
    }

    /// Makes room: forgets the next client of the group with the most of them.
    void evictClient() {
        lock.lock();
        try {
            evict(groups.clientVictim());
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void evict(int victim) {
        if (victim != Records.NONE) {
            records.readKey(victim, scratch, scratchText);
            forget(tag(scratch), victim);
            evicted.incrementAndGet();
        }
    }

    @GuardedBy("lock")
    private void forget(int tag, int ref) {
        weight.addAndGet(-records.weight(ref));
        groups.remove(ref);
        index.remove(tag, ref);
        records.remove(ref);
        entries.decrementAndGet();
        publish();
    }

    @GuardedBy("lock")
    private void publish() {
        triplets = groups.triplets();
        if (mostTriplets != groups.mostTriplets()) {
            mostTriplets = groups.mostTriplets();
        }
        if (mostClients != groups.mostClients()) {
            mostClients = groups.mostClients();
        }
    }

    @GuardedBy("lock")
    private final Key scratch = new Key();

    @GuardedBy("lock")
    private final byte[] scratchText = new byte[Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX];

    /// The lengths are in it, too: else anybody could choose a thousand triplets of one tag, which
    /// are the same octets, cut elsewhere.
    int tag(Key key) {
        int lengths = key.clientLength() << 16 | key.senderLength();
        return (int) hash.hash(key.bytes(), key.length()) + lengths * GOLDEN_RATIO;
    }

    /// A walk over all entries that are there when it begins, segment by segment. An entry that
    /// comes later may be missed, one that is there is visited exactly once: records move only in a
    /// walk, and only after their visit. One walk at a time.
    ///
    /// It reads without the lock: a thread that has the lock and is not let run would hold up
    /// everybody who waits for an answer. The lock is taken for one record at a time, and only to
    /// change something.
    final class Walk {
        private final List<Segment> segments;
        private final Key key = new Key();
        private int current;

        Walk() {
            lock.lock();
            try {
                segments = records.segments();
                // From now on nothing is appended to the segments that this walk visits.
                records.startSegment();
            } finally {
                lock.unlock();
            }
        }

        /// Shows the entries of the next segment, forgets those that have expired and gives memory
        /// back.
        ///
        /// @return whether there was a segment left
        boolean next(Lifetimes lifetimes, long now, Store.Visitor visitor) {
            if (current == segments.size()) {
                return false;
            }
            Segment segment = segments.get(current++);
            boolean isLeft = isMostlyHoles(segment);
            RecordCursor record = segment.records();
            while (record.next()) {
                boolean isTriplet = record.isTriplet();
                long time = record.time();
                if (lifetimes.isSaved(kind(isTriplet), time, now)) {
                    record.readKey(key);
                    visitor.entry(key, time);
                }
                if (isLeft || !lifetimes.isKept(kind(isTriplet), time, now)) {
                    tidy(Records.reference(segment, record.offset()), isLeft, lifetimes, now);
                }
            }
            freeIfEmpty(segment);
            return true;
        }

        private boolean isMostlyHoles(Segment segment) {
            lock.lock();
            try {
                return segment.isMostlyHoles();
            } finally {
                lock.unlock();
            }
        }

        /// Forgets a record that has expired, and moves another one to the youngest segment.
        private void tidy(int ref, boolean isLeft, Lifetimes lifetimes, long now) {
            lock.lock();
            try {
                if (records.isRemoved(ref)) {
                    return; // Meanwhile.
                }
                records.readKey(ref, scratch, scratchText);
                if (!lifetimes.isKept(kind(records.isTriplet(ref)), records.time(ref), now)) {
                    forget(tag(scratch), ref);
                } else if (isLeft) {
                    int moved = records.move(ref);
                    index.replace(tag(scratch), ref, moved);
                    groups.moved(ref, moved);
                }
            } finally {
                lock.unlock();
            }
        }

        private void freeIfEmpty(Segment segment) {
            lock.lock();
            try {
                if (segment.alive > 0) {
                    return;
                }
                records.detach(segment);
            } finally {
                lock.unlock();
            }
            segment.free(); // Stops every thread for a moment: not under the lock.
        }
    }

    /// Copies of all records, as they are now.
    ///
    /// @param arena where the copies are kept
    List<RecordCursor> copies(Arena arena) {
        lock.lock();
        try {
            return records.segments().stream().map(segment -> segment.copy(arena)).toList();
        } finally {
            lock.unlock();
        }
    }

    /// What the shard takes, in octets.
    long bytes() {
        lock.lock();
        try {
            return records.bytes() + index.bytes();
        } finally {
            lock.unlock();
        }
    }

    /// The weight of all triplets; may be a little behind.
    int triplets() {
        return triplets;
    }

    /// The weight of the triplets of the greediest group; may be a little behind.
    int mostTriplets() {
        return mostTriplets;
    }

    /// The weight of the proven clients of the greediest group; may be a little behind.
    int mostClients() {
        return mostClients;
    }

    /// Gives all memory back; nothing may be called any more.
    void close() {
        lock.lock();
        try {
            records.close();
            index.close();
        } finally {
            lock.unlock();
        }
    }
}
