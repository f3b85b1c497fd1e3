package org.greydaemon.store.memory;

import static org.greydaemon.store.memory.Site.START;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.Name;
import org.greydaemon.system.PagePool;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// A shard by itself, with what it tells the journal.
final class OneShard implements AutoCloseable {
    final Shares shares = new Shares(3);
    final PagePool pages = new PagePool();
    final ReentrantLock references = new ReentrantLock();
    final Shard shard;

    private final KeyHash hash = new KeyHash(1, 2);
    private final JournalBuffer journal = new JournalBuffer(() -> 0);

    OneShard() {
        shard = new Shard(hash, journal, shares, pages, references);
    }

    @Override
    public void close() {
        shard.close();
        pages.close();
    }

    /// One of many names: a client, or a triplet of a client of its own.
    static Name name(int i) {
        return i % 4 == 0
                ? Name.client("client" + i)
                : Name.triplet("client" + i, "s" + "ender".repeat(i % 30), "recipient");
    }

    /// That of its address, or one of many.
    static long network(Name name) {
        Key key = name.key();
        long network = MakerNetwork.of(key.networkHigh(), key.networkLow());
        if (network != MakerNetwork.NONE) {
            return network;
        }
        return MakerNetwork.of(0, 0xffff_0000_0000L + ((long) name.hashCode() & 0xff00L));
    }

    int tag(Name name) {
        return (int) hash.hash(name.key());
    }

    long step(Name name, Rule rule, Origin origin) {
        Key key = name.key();
        return shard.step(key, (int) hash.hash(key), network(name), rule, START, origin);
    }

    void remember(Name name, long entry) {
        long _ = step(name, (_, _) -> entry, Origin.HERE);
    }

    void forget(Name name) {
        remember(name, Memory.NEVER);
    }

    /// What is remembered, without a trace.
    long entry(Name name) {
        return step(name, Rule.LOOK, Origin.HERE);
    }

    void load(Name name, long time, int mark, boolean isLater) {
        shard.load(name.key(), tag(name), network(name), Entry.of(time, mark), isLater);
    }

    int weight(Standing standing, Name name) {
        return shares.weight(standing, network(name), Shares.NETWORK);
    }

    /// The entries that the journal was told since the last call.
    List<String> journaled() {
        byte[] lines = journal.take();
        String text = new String(lines, 0, journal.taken(), ISO_8859_1);
        return text.lines().map(line -> line.substring(0, line.lastIndexOf(' '))).toList();
    }
}
