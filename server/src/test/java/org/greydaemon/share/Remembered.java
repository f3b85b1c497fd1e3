package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.ChangeFeed;
import org.greydaemon.store.SharedStore;

import java.util.List;
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

    /// What hears of changes.
    private volatile Optional<ChangeFeed> feed = Optional.empty();

    /// What is forgotten just before nobody hears of it any more.
    volatile List<String> last = List.of();

    @Override
    public void tell(Optional<ChangeFeed> changed) {
        if (changed.isEmpty()) {
            last.forEach(this::forget);
        }
        feed = changed;
    }

    /// Tells that an operator has it forgotten.
    void forget(String client) {
        byte[] line = ("F I " + client).getBytes(ISO_8859_1);
        feed.ifPresent(its -> its.add(Memory.NEVER, line, 0, line.length));
    }

    @Override
    public long step(Key key, Rule rule, long now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void commit() {}

    @Override
    public long unwritten() {
        return 0;
    }

    @Override
    public boolean isAsLeft() {
        return true;
    }

    /// Whoever has entries to show shows them otherwise.
    @Override
    public void visit(Visitor visitor) {
        if (!entries.isEmpty()) {
            throw new UnsupportedOperationException();
        }
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
