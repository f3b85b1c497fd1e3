package org.greydaemon.store.memory;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Store;
import org.greydaemon.system.PagePool;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// The entries with some hashes under one short lock. Safe for use by several threads; no thread
/// ever holds the locks of two shards.
final class Shard {
    /// How late the refresh of what has proven itself may reach the journal, in seconds.
    static final int REFRESH_SECONDS = 60;

    private static final int COPIES_TRIED = 2;
    private static final long PAUSE_NANOS = 100_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock references;
    private final SipHash hash;
    private final Journal journal;
    private final Shares shares;

    @GuardedBy("lock")
    private final Records records;

    @GuardedBy("lock")
    private final Index index;

    /// @param shares counts the entries of all shards
    /// @param pages where its memory is taken from
    /// @param references is held by who keeps references without the lock of the shard; taken
    ///   before it
    Shard(SipHash hash, Journal journal, Shares shares, PagePool pages, ReentrantLock references) {
        this.hash = hash;
        this.journal = journal;
        this.shares = shares;
        records = new Records(pages);
        index = new Index(pages);
        this.references = references;
    }

    /// Reads where the entry of a key would be, and so fetches it. Without the lock, whose taking
    /// would wait for what was fetched before: what is read has no meaning, and the memory is there
    /// as long as the store.
    @SuppressWarnings("GuardedBy")
    long peek(int tag) {
        return index.peek(tag);
    }

    /// {@link Memory#step} for a key of this shard; what changes is in the journal's buffer before
    /// another step can see it, so that the journal's order is the order of the changes.
    ///
    /// @param tag of the key's hash
    /// @param network of the client, a {@link MakerNetwork}
    /// @param origin whose change it is
    /// @return the entry remembered before, or {@link Memory#NEVER}
    long step(Key key, int tag, long network, Rule rule, long now, Origin origin) {
        lock.lock();
        try {
            int ref = index.find(tag, key, records);
            long seen = ref == Records.NONE ? Memory.NEVER : records.entry(ref);
            if (rule.equals(Rule.LOOK)) {
                return seen;
            }
            long next = rule.next(seen, now);
            if (ref == Records.NONE) {
                if (next != Memory.NEVER) {
                    insert(tag, key, network, Math.max(0, next));
                    journal.append(key, Math.max(0, next), Memory.NEVER, origin);
                }
            } else if (next == Memory.NEVER) {
                journal.append(key, Memory.NEVER, Entry.time(seen), origin);
                forget(tag, ref);
            } else if (origin == Origin.HERE || next != seen) {
                // What others tell once more is nobody's retry.
                change(ref, key, seen, Math.max(0, next), origin);
            }
            return seen;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    @CanIgnoreReturnValue
    private int insert(int tag, Key key, long network, long entry) {
        int ref = records.append(key, network, entry);
        index.add(tag, ref);
        shares.count(key.kind());
        shares.add(Standing.of(key.kind(), entry, false), network, records.weight(ref));
        return ref;
    }

    /// A triplet whose clock goes on was asked for again.
    @GuardedBy("lock")
    private void change(int ref, Key key, long seen, long next, Origin origin) {
        boolean isRetried = records.isRetried(ref);
        boolean isRetriedNow = isRetried || (key.isTriplet() && isRetry(seen, next));
        if (isRetriedNow && !isRetried) {
            records.setRetried(ref);
        }
        if (next != seen) {
            records.setEntry(ref, next);
            append(ref, key, seen, next, origin);
        }
        restand(
                ref,
                Standing.of(key.kind(), seen, isRetried),
                Standing.of(key.kind(), next, isRetriedNow));
    }

    /// Whether the clock goes on. A triplet that only leaves it to a wider one to tell who comes
    /// back was not asked for again.
    private static boolean isRetry(long seen, long next) {
        boolean isLeft =
                Entry.neverCameBack(seen)
                        && (Entry.mark(next) & (Entry.FIRST | Entry.CAME_BACK)) == 0;
        return Entry.time(next) == Entry.time(seen) && !isLeft;
    }

    /// A mere refresh of what has proven itself is journaled now and then only.
    @GuardedBy("lock")
    private void append(int ref, Key key, long seen, long next, Origin origin) {
        long lag = Entry.time(next) - Entry.time(seen) + records.lag(ref);
        boolean isRefresh = !key.isTriplet() && Entry.mark(next) == Entry.mark(seen);
        if (isRefresh
                && Math.abs(lag) < REFRESH_SECONDS
                && records.lag(ref) != Records.UNKNOWN_LAG) {
            records.setLag(ref, (int) lag);
        } else {
            boolean isKnownToFiles = records.lag(ref) != Records.UNKNOWN_LAG;
            records.setLag(ref, 0);
            long told = isKnownToFiles ? Entry.time(next) - lag : Entry.time(seen);
            journal.append(key, next, told, origin);
        }
    }

    @GuardedBy("lock")
    private void restand(int ref, Standing before, Standing after) {
        if (before != after) {
            long network = records.network(ref);
            int weight = records.weight(ref);
            shares.add(before, network, -weight);
            shares.add(after, network, weight);
        }
    }

    /// {@link Index#expect}.
    void expect(int entries) {
        lock.lock();
        try {
            index.expect(entries);
        } finally {
            lock.unlock();
        }
    }

    /// All that was expected has come.
    void loaded() {
        lock.lock();
        try {
            index.fit();
        } finally {
            lock.unlock();
        }
    }

    /// Remembers an entry read from a file; the last one of a key wins.
    ///
    /// @param isJournaled whether the files know the entry as it is; if not, the next change is
    ///   journaled
    /// @param isLater whether it replaces what is remembered; else only if its time is later
    /// @return whether anything has changed
    @CanIgnoreReturnValue
    boolean load(Key key, int tag, long network, long entry, boolean isJournaled, boolean isLater) {
        lock.lock();
        try {
            int ref = index.find(tag, key, records);
            if (ref == Records.NONE) {
                ref = insert(tag, key, network, entry);
            } else if (isLater || Entry.time(entry) > Entry.time(records.entry(ref))) {
                boolean isRetried = records.isRetried(ref);
                Standing before = Standing.of(key.kind(), records.entry(ref), isRetried);
                records.setEntry(ref, entry);
                restand(ref, before, Standing.of(key.kind(), entry, isRetried));
            } else {
                return false;
            }
            records.setLag(ref, isJournaled ? 0 : Records.UNKNOWN_LAG);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets a key of which a file says so.
    ///
    /// @param before only if it was remembered before this time
    void unload(Key key, int tag, long before) {
        lock.lock();
        try {
            int ref = index.find(tag, key, records);
            if (ref != Records.NONE && Entry.time(records.entry(ref)) < before) {
                forget(tag, ref);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Offers candidates that were remembered one after the other.
    ///
    /// @param random any number
    void offer(int random, int count, Eviction eviction) {
        lock.lock();
        try {
            int ref = index.any(random);
            for (int i = 0; i < count && ref != Records.NONE; i++) {
                if (!records.isRemoved(ref) && !eviction.consider(this, ref, records)) {
                    return;
                }
                ref = records.after(ref);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Offers all entries, the oldest first, as long as they are wanted.
    void offerAll(Eviction eviction) {
        lock.lock();
        try {
            for (Segment segment : records.segments()) {
                RecordCursor record = segment.records();
                while (record.next()) {
                    if (!eviction.consider(
                            this, Records.reference(segment, record.offset()), records)) {
                        return;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Makes room: forgets an entry, unless it is already forgotten.
    ///
    /// @param isJournaled whether the journal is told
    /// @param scratch becomes its name
    /// @return what it weighed
    int evict(int ref, boolean isJournaled, RecordKey scratch) {
        lock.lock();
        try {
            if (records.isRemoved(ref)) {
                return 0;
            }
            int weight = records.weight(ref);
            Key key = scratch.read(records, ref);
            if (isJournaled) {
                journal.append(key, Memory.NEVER, Memory.NEVER, Origin.ROOM);
            }
            forget((int) hash.hash(key), ref);
            return weight;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void forget(int tag, int ref) {
        Standing standing =
                Standing.of(records.kind(ref), records.entry(ref), records.isRetried(ref));
        shares.add(standing, records.network(ref), -records.weight(ref));
        shares.discount(records.kind(ref));
        index.remove(tag, ref);
        records.remove(ref);
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
        private final RecordKey scratch = new RecordKey();
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

        /// {@link #next(Lifetimes, long, Store.Visitor, Unreturned)}, where nobody counts.
        boolean next(Lifetimes lifetimes, long now, Store.Visitor visitor) {
            return next(lifetimes, now, visitor, new Unreturned(shares, now));
        }

        /// Shows the entries of the next segment, forgets those that have expired and gives memory
        /// back.
        ///
        /// @param unreturned meets those that no file has a use for
        /// @return whether there was a segment left
        boolean next(Lifetimes lifetimes, long now, Store.Visitor visitor, Unreturned unreturned) {
            if (current == segments.size()) {
                return false;
            }
            Segment segment = segments.get(current++);
            boolean isLeft = hasManyHoles(segment);
            RecordCursor record = segment.records();
            boolean isTidied = false;
            while (record.next()) {
                Key.Kind kind = record.kind();
                long entry = record.entry();
                if (lifetimes.isSaved(kind, entry, now)) {
                    visitor.entry(record.readKey(scratch), entry);
                } else {
                    unreturned.meet(kind, entry, record.network(), lifetimes);
                }
                if (isLeft || !lifetimes.isKept(kind, entry, now)) {
                    int tag = (int) hash.hash(record.readKey(scratch));
                    int ref = Records.reference(segment, record.offset());
                    tidy(tag, ref, isLeft, lifetimes, now);
                    isTidied = true;
                }
            }
            freeIfEmpty(segment);
            if (isTidied) {
                pause();
            }
            return true;
        }

        private boolean hasManyHoles(Segment segment) {
            lock.lock();
            try {
                return segment.hasManyHoles();
            } finally {
                lock.unlock();
            }
        }

        /// Forgets a record that has expired, and moves another one to the youngest segment.
        private void tidy(int tag, int ref, boolean isLeft, Lifetimes lifetimes, long now) {
            lock.lock();
            try {
                if (records.isRemoved(ref)) {
                    return; // Meanwhile.
                }
                if (!lifetimes.isKept(records.kind(ref), records.entry(ref), now)) {
                    forget(tag, ref);
                } else if (isLeft) {
                    index.replace(tag, ref, records.move(ref));
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// Gives back what removed records have left in segments that nothing is appended to any more:
    /// moves the others to the youngest one, under the lock one at a time. Not during a walk.
    void closeHoles() {
        for (Segment segment : leftWithHoles()) {
            RecordKey scratch = new RecordKey();
            RecordCursor record = segment.records();
            while (record.next()) {
                int tag = (int) hash.hash(record.readKey(scratch));
                move(tag, Records.reference(segment, record.offset()));
            }
            freeIfEmpty(segment);
            pause();
        }
    }

    /// Lets others run after a segment's worth of locking. Who uses up his share of a busy
    /// processor is put off in the midst of whatever he does, and for long: with the lock in hand,
    /// every answer waits for him.
    private static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    private List<Segment> leftWithHoles() {
        lock.lock();
        try {
            List<Segment> segments = records.segments();
            return segments.subList(0, segments.size() - 1).stream()
                    .filter(Segment::hasManyHoles)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private void move(int tag, int ref) {
        lock.lock();
        try {
            if (!records.isRemoved(ref)) { // Meanwhile.
                index.replace(tag, ref, records.move(ref));
            }
        } finally {
            lock.unlock();
        }
    }

    private void freeIfEmpty(Segment segment) {
        references.lock();
        lock.lock();
        try {
            if (segment.alive == 0) {
                records.free(segment);
            }
        } finally {
            lock.unlock();
            references.unlock();
        }
    }

    /// Copies of all records: each one that stays is in them once. They are made a segment at a
    /// time, so that no answer waits for all of them, unless records are moved again and again
    /// meanwhile.
    ///
    /// @param arena where the copies are kept
    List<RecordCursor> copies(Arena arena) {
        for (int i = 0; i < COPIES_TRIED; i++) {
            List<RecordCursor> copies = copiesOfUnmoved(arena);
            if (!copies.isEmpty()) {
                return copies;
            }
        }
        lock.lock();
        try {
            return records.segments().stream().map(segment -> segment.copy(arena)).toList();
        } finally {
            lock.unlock();
        }
    }

    /// @return nothing if a record has been moved meanwhile
    private List<RecordCursor> copiesOfUnmoved(Arena arena) {
        List<RecordCursor> copies = new ArrayList<>();
        List<Segment> segments;
        int moves;
        lock.lock();
        try {
            segments = records.segments();
            moves = records.moves();
        } finally {
            lock.unlock();
        }
        for (Segment segment : segments) {
            MemorySegment room = arena.allocate(segment.memory.byteSize(), Long.BYTES);
            lock.lock();
            try {
                if (records.moves() != moves) {
                    return List.of();
                }
                copies.add(segment.copyTo(room));
            } finally {
                lock.unlock();
            }
        }
        return copies;
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
