package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.ChangeFeed;
import org.greydaemon.store.SharedStore;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A store that is a map of names to entries.
final class Remembered implements SharedStore {
    final Map<String, Long> entries = new TreeMap<>();

    @Override
    public long adopt(Key key, Rule rule, long now) {
        String name = new String(key.bytes(), 0, key.length(), ISO_8859_1);
        long seen = entries.getOrDefault(name, Memory.NEVER);
        long next = rule.next(seen, now);
        if (next == Memory.NEVER) {
            entries.remove(name);
        } else {
            entries.put(name, next);
        }
        return seen;
    }

    @Override
    public void tell(Optional<ChangeFeed> feed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long step(Key key, Rule rule, long now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void commit() {}

    @Override
    public void visit(Visitor visitor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long entries() {
        return entries.size();
    }

    @Override
    public long entries(Key.Kind kind) {
        return entries.size();
    }

    @Override
    public void close() {}
}
