package org.greydaemon.gate;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.Name;
import org.greydaemon.store.Store;

import java.util.HashMap;
import java.util.Map;

/// A store as simple as it can be, for tests of front ends.
public final class MapStore implements Store {
    private final Map<Name, Long> times = new HashMap<>();
    private final Map<Name, long[]> networks = new HashMap<>();
    private int commits;
    private boolean committed = true;

    /// Done at the begin of each commit.
    volatile Runnable beforeCommit = () -> {};

    @Override
    public synchronized long step(Key key, Rule rule, long now) {
        Name name = Name.of(key);
        long seen = times.getOrDefault(name, NEVER);
        long next = rule.next(seen, now);
        if (next == NEVER) {
            times.remove(name);
        } else if (next != seen) {
            times.put(name, next);
            networks.put(name, new long[] {key.networkHigh(), key.networkLow()});
        }
        committed = false;
        return seen;
    }

    @Override
    public void commit() {
        beforeCommit.run();
        synchronized (this) {
            commits++;
            committed = true;
        }
    }

    /// How often an answer was made safe.
    public synchronized int commits() {
        return commits;
    }

    /// Whether everything judged has been committed.
    public synchronized boolean isCommitted() {
        return committed;
    }

    @Override
    public void visit(Visitor visitor) {
        Map<Name, Long> copy;
        synchronized (this) {
            copy = Map.copyOf(times);
        }
        copy.forEach((name, time) -> {
            Key key = name.key();
            long[] network = networks.getOrDefault(name, new long[] {-1, -1});
            key.network(network[0], network[1]);
            visitor.entry(key, time);
        });
    }

    @Override
    public synchronized long entries() {
        return times.size();
    }

    @Override
    public synchronized long entries(Key.Kind kind) {
        return times.keySet().stream().filter(name -> name.kind() == kind).count();
    }

    @Override
    public void close() {}
}
