package org.greydaemon.store.memory;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.system.PagePool;

import java.util.concurrent.locks.ReentrantLock;

/// The entries with some hashes, under one short lock: what is remembered and forgotten by its key.
/// What goes over all of them is the matter of {@link ShardWalks}. Safe for use by several threads;
/// no thread ever holds the locks of two shards.
final class Shard {
    /// How late the refresh of what has proven itself may reach the journal, in seconds.
    static final int REFRESH_SECONDS = 60;

    private final ReentrantLock lock = new BriefLock();
    private final KeyHash hash;
    private final JournalBuffer journal;
    private final Shares shares;

    @GuardedBy("lock")
    private final Records records;

    @GuardedBy("lock")
    private final Index index;

    private final ShardWalks walks;

    /// @param journal hears of every change
    /// @param shares counts the entries of all shards
    /// @param pages where its memory is taken from
    /// @param references is held by who keeps references without the lock of the shard; taken
    ///   before it
    Shard(
            KeyHash hash,
            JournalBuffer journal,
            Shares shares,
            PagePool pages,
            ReentrantLock references) {
        this.hash = hash;
        this.journal = journal;
        this.shares = shares;
        records = new Records(pages);
        index = new Index(pages);
        walks = new ShardWalks(this, hash, lock, references, records, index);
    }

    /// What goes over all entries of this shard.
    ShardWalks walks() {
        return walks;
    }

    /// Reads the place where the entry of a key would be, and so fetches it. It takes no lock,
    /// because that would wait for what was fetched before: what is read has no meaning, and the
    /// memory is there as long as the store.
    @SuppressWarnings("GuardedBy")
    long peek(int tag) {
        return index.peek(tag);
    }

    /// The same for the record that lies at a place, whichever it is.
    @SuppressWarnings("GuardedBy")
    long peekAny(int place) {
        return records.peek(SlotTable.ref(index.peek(place)));
    }

    /// The same for the record that lies there, if there is one of this tag.
    @SuppressWarnings("GuardedBy")
    long peekRecord(int tag) {
        long slot = index.peek(tag);
        return SlotTable.tag(slot) == tag ? records.peek(SlotTable.ref(slot)) : 0;
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
                // That others tell the same once more is nobody's retry.
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
        index.makeRoom();
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

    /// Whether the clock goes on. If a wider triplet only takes over telling who comes back, the
    /// narrower one was not asked for again.
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
        if (isRefresh && Math.abs(lag) < REFRESH_SECONDS) {
            records.setLag(ref, (int) lag);
        } else {
            records.setLag(ref, 0);
            journal.append(key, next, Entry.time(next) - lag, origin);
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
    /// @param isLater whether it replaces what is remembered; otherwise only if its time is later
    void load(Key key, int tag, long network, long entry, boolean isLater) {
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
                return;
            }
            records.setLag(ref, 0);
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

    /// Whether entries that are loaded from now on are added to what others have written.
    void adding(boolean is) {
        lock.lock();
        try {
            records.adding(is);
        } finally {
            lock.unlock();
        }
    }

    /// Forgets a key of which a file says so, if only files that are {@linkplain #adding added}
    /// have said anything else.
    void unloadAdded(Key key, int tag) {
        lock.lock();
        try {
            int ref = index.find(tag, key, records);
            if (ref != Records.NONE && records.isAdded(ref)) {
                forget(tag, ref);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The tag of the hash of an entry's key; the segment that holds it must not be freed
    /// meanwhile.
    ///
    /// @param scratch becomes its name
    int tag(int ref, RecordKey scratch) {
        lock.lock();
        try {
            return (int) hash.hash(scratch.read(records, ref));
        } finally {
            lock.unlock();
        }
    }

    /// Makes room: forgets an entry, unless it is already forgotten.
    ///
    /// @param tag of its key's hash
    /// @param isJournaled whether the journal is told
    /// @param scratch becomes its name
    /// @return what it weighed
    int evict(int ref, int tag, boolean isJournaled, RecordKey scratch) {
        lock.lock();
        try {
            if (records.isRemoved(ref)) {
                return 0;
            }
            int weight = records.weight(ref);
            if (isJournaled) {
                Key key = scratch.read(records, ref);
                journal.append(key, Memory.NEVER, Memory.NEVER, Origin.ROOM);
            }
            forget(tag, ref);
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

    /// Forgets a record that is no longer worth keeping, unless it is already forgotten.
    void forgetExpired(int tag, int ref, Lifetimes lifetimes, long now) {
        lock.lock();
        try {
            if (!records.isRemoved(ref)
                    && !lifetimes.isKept(records.kind(ref), records.entry(ref), now)) {
                forget(tag, ref);
            }
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
