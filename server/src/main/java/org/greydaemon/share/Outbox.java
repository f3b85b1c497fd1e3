package org.greydaemon.share;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/// Changes that wait to be sent, by shard. Bounded; what finds no room must be made up for from the
/// store. Confined to one thread.
final class Outbox {
    /// The most that waits, in octets: some 150,000 changes.
    private static final long OCTETS_MAX = 32 << 20;

    /// The most that one round takes of a shard: it must not take so long that others wait.
    private static final int ROUND_MAX = 2_000;

    private final List<Deque<Change>> waiting = new ArrayList<>();
    private long octets;
    private int count;

    Outbox() {
        for (int i = 0; i < Engine.SHARDS; i++) {
            waiting.add(new ArrayDeque<>());
        }
    }

    /// Adds a change.
    ///
    /// @return false if there is no room
    boolean add(Change change) {
        if (octets + change.octets() > OCTETS_MAX) {
            return false;
        }
        waiting.get(change.shard()).add(change);
        octets += change.octets();
        count++;
        return true;
    }

    /// The first changes of a shard. They wait until they are {@link #sent}.
    List<Change> first(int shard) {
        Deque<Change> its = waiting.get(shard);
        List<Change> first = new ArrayList<>(Math.min(its.size(), ROUND_MAX));
        for (Iterator<Change> i = its.iterator(); i.hasNext() && first.size() < ROUND_MAX; ) {
            first.add(i.next());
        }
        return first;
    }

    /// The engine has the first changes of a shard.
    void sent(int shard, int changes) {
        Deque<Change> its = waiting.get(shard);
        for (int i = 0; i < changes; i++) {
            octets -= its.remove().octets();
            count--;
        }
    }

    /// How many wait.
    int count() {
        return count;
    }

    /// Whether there may be no room for more.
    boolean isFull() {
        return octets > OCTETS_MAX - OCTETS_MAX / 8;
    }

    /// Whether so much waits that it should be sent before more is added.
    boolean isHalfFull() {
        return octets > OCTETS_MAX / 2;
    }
}
