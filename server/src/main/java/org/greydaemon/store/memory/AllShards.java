package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Places;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.Store;
import org.greydaemon.system.PagePool;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.ReentrantLock;

/// All entries, divided among {@link Shard}s by the hash of their keys, so that several who ask
/// seldom meet at a lock. Safe for use by several threads.
final class AllShards {
    private static final int COUNT = 64;

    private final KeyHash hash;
    private final Shares shares;
    private final Shard[] shards = new Shard[COUNT];

    // Of no meaning; see `fetch`.
    private long fetched;

    /// As {@link Shard}'s.
    AllShards(
            KeyHash hash,
            JournalBuffer changes,
            Shares shares,
            PagePool pages,
            ReentrantLock references) {
        this.hash = hash;
        this.shares = shares;
        for (int i = 0; i < COUNT; i++) {
            shards[i] = new Shard(hash, changes, shares, pages, references);
        }
    }

    /// Each shard; only lent.
    Shard[] all() {
        return shards;
    }

    /// The hash of a key: its upper half names the shard, its lower half is the tag there.
    long hash(Key key) {
        return hash.hash(key);
    }

    private Shard of(long keyHash) {
        return shards[(int) (keyHash >>> Integer.SIZE) & COUNT - 1];
    }

    /// {@link Shard#step}.
    long step(Key key, long network, Rule rule, long now, Origin origin) {
        long keyHash = hash(key);
        return of(keyHash).step(key, (int) keyHash, network, rule, now, origin);
    }

    /// {@link Shard#load}.
    void load(Key key, long entry, boolean isLater) {
        long keyHash = hash(key);
        long network = MakerNetwork.of(key.networkHigh(), key.networkLow());
        of(keyHash).load(key, (int) keyHash, network, entry, isLater);
    }

    /// {@link Shard#unload}.
    void unload(Key key, long before) {
        long keyHash = hash(key);
        of(keyHash).unload(key, (int) keyHash, before);
    }

    /// {@link Shard#adding}.
    void adding(boolean is) {
        for (Shard shard : shards) {
            shard.adding(is);
        }
    }

    /// {@link Shard#unloadAdded}.
    void unloadAdded(Key key) {
        long keyHash = hash(key);
        of(keyHash).unloadAdded(key, (int) keyHash);
    }

    /// {@link MemoryStore#fetch}.
    void fetch(Places places) {
        long read = 0;
        for (int i = 0; i < places.entries(); i++) {
            long place = places.entry(i);
            read += of(place).peek((int) place);
        }
        for (int i = 0; i < places.networks(); i++) {
            read += shares.peek(MakerNetwork.of(places.networkHigh(i), places.networkLow(i)));
        }
        for (int i = 0; i < places.entries(); i++) {
            long place = places.entry(i);
            read += of(place).peekRecord((int) place);
        }
        if (read == fetched) {
            fetched = read + 1; // Almost never; without it the compiler would drop the reads.
        }
    }

    /// Shows each entry, as copies of a shard at a time: no lock is held meanwhile.
    void visit(Store.Visitor visitor) {
        RecordKey scratch = new RecordKey();
        for (Shard shard : shards) {
            try (Arena arena = Arena.ofConfined()) {
                for (RecordCursor record : shard.walks().copies(arena)) {
                    while (record.next()) {
                        visitor.entry(record.readKey(scratch), record.entry());
                    }
                }
            }
        }
    }

    /// What the entries take, in octets.
    long bytes() {
        long bytes = 0;
        for (Shard shard : shards) {
            bytes += shard.bytes();
        }
        return bytes;
    }

    /// {@link ShardWalks#closeHoles} of each.
    void closeHoles() {
        for (Shard shard : shards) {
            shard.walks().closeHoles();
        }
    }

    /// Gives memory back; nobody may be in a step any more.
    void close() {
        for (Shard shard : shards) {
            shard.close();
        }
    }
}
