package org.greydaemon.store.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Store;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// What goes over the entries of a shard without knowing their keys: the walk of a save, copies for
/// whoever only looks, the search for what may go, and the moves that close holes. Uses the lock of
/// its shard, and none of the moves is made on the path of an answer. Safe for use by several
/// threads, but only one at a time may walk or close holes.
final class ShardWalks {
    private static final int COPIES_TRIED = 2;
    private static final long PAUSE_NANOS = 100_000;

    private final Shard shard;
    private final KeyHash hash;
    private final ReentrantLock lock;
    private final ReentrantLock references;

    @GuardedBy("lock")
    private final Records records;

    @GuardedBy("lock")
    private final Index index;

    /// @param lock of the shard, which guards records and index
    /// @param references is held by who keeps references without the lock of the shard; taken
    ///   before it
    ShardWalks(
            Shard shard,
            KeyHash hash,
            ReentrantLock lock,
            ReentrantLock references,
            Records records,
            Index index) {
        this.shard = shard;
        this.hash = hash;
        this.lock = lock;
        this.references = references;
        this.records = records;
        this.index = index;
    }

    /// Offers candidates that were remembered one after the other.
    ///
    /// @param random any number; says where to begin
    /// @param count how many records are looked at, at most
    void offer(int random, int count, Candidates candidates) {
        lock.lock();
        try {
            int ref = index.any(random);
            for (int i = 0; i < count && ref != Records.NONE; i++) {
                if (!records.isRemoved(ref) && !candidates.consider(shard, ref, records)) {
                    return;
                }
                ref = records.after(ref);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Offers all entries, the oldest first, as long as they are wanted.
    void offerAll(Candidates candidates) {
        lock.lock();
        try {
            for (Segment segment : records.segments()) {
                RecordCursor record = segment.records();
                while (record.next()) {
                    int ref = Records.reference(segment, record.offset());
                    if (!candidates.consider(shard, ref, records)) {
                        return;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Begins a walk; the one before must have ended.
    Walk walk() {
        return new Walk();
    }

    /// A walk over all entries that are there when it begins, segment by segment. An entry that
    /// comes later may be missed, one that is there is visited exactly once: while it goes on
    /// nobody else moves records, and it does so only after their visit. Confined to one thread.
    ///
    /// It reads without the lock: a thread that has the lock and is not let run would hold up
    /// everybody who waits for an answer. The lock is taken for one record at a time, and only to
    /// change something.
    final class Walk {
        private final List<Segment> segments;
        private final RecordKey scratch = new RecordKey();
        private int current;

        private Walk() {
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
        /// @param now the time in seconds
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
                    shard.forgetExpired(tag, ref, lifetimes, now);
                    if (isLeft) {
                        move(tag, ref);
                    }
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

    /// Moves a record to the youngest segment, unless it is forgotten.
    private void move(int tag, int ref) {
        lock.lock();
        try {
            if (!records.isRemoved(ref)) { // Meanwhile.
                index.replace(tag, ref, records.move(ref));
            }
        } catch (OutOfMemoryError e) {
            // It stays where it is until there is a place for it.
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

    /// Lets others run after a segment's worth of locking. The system puts off a thread that has
    /// used up its share of a busy processor, wherever it is and for long: if it had the lock then,
    /// every answer would wait for it.
    private static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    /// Copies of all records: each one that stays is in them once. They are made without the lock,
    /// unless records are moved again and again meanwhile: a thread that has it and is not let run
    /// would hold up everybody who waits for an answer.
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
            return cursors().stream().map(records -> records.copy(arena)).toList();
        } finally {
            lock.unlock();
        }
    }

    /// Memory of a segment that is freed meanwhile may already be somebody else's, but it stays
    /// memory ({@link org.greydaemon.system.PagePool}): what was read of it is thrown away.
    ///
    /// @return nothing if a record has been moved or a segment freed meanwhile
    private List<RecordCursor> copiesOfUnmoved(Arena arena) {
        List<RecordCursor> cursors;
        int moves;
        lock.lock();
        try {
            cursors = cursors();
            moves = records.moves();
        } finally {
            lock.unlock();
        }
        List<RecordCursor> copies = cursors.stream().map(records -> records.copy(arena)).toList();
        lock.lock();
        try {
            return records.moves() == moves ? copies : List.of();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private List<RecordCursor> cursors() {
        return records.segments().stream().map(Segment::records).toList();
    }
}
