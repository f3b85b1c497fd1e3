package org.greydaemon.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.Store;

import java.util.HashMap;
import java.util.Map;

/// A store as simple as it can be, for tests of front ends.
public final class MapStore implements Store {
    private final Map<String, Long> times = new HashMap<>();
    private int commits;

    @Override
    public synchronized long step(Key key, Rule rule, long now) {
        String name =
                (key.isTriplet() ? "G" : "I")
                        + key.clientLength()
                        + ","
                        + key.senderLength()
                        + new String(key.bytes(), 0, key.length(), ISO_8859_1);
        long seen = times.getOrDefault(name, NEVER);
        if (rule.remembersNow(seen, now)) {
            times.put(name, now);
        }
        return seen;
    }

    @Override
    public synchronized void commit() {
        commits++;
    }

    /// How often an answer was made safe.
    public synchronized int commits() {
        return commits;
    }

    @Override
    public synchronized long entries() {
        return times.size();
    }

    @Override
    public void close() {}
}
