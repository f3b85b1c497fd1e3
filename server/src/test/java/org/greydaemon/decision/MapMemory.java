package org.greydaemon.decision;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashMap;
import java.util.Map;

/// Memory as simple as it can be.
final class MapMemory implements Memory {
    private final Map<String, Long> times = new HashMap<>();

    @Override
    public long step(Key key, Rule rule, long now) {
        String name = new String(key.bytes(), 0, key.length(), ISO_8859_1);
        String full = key.kind().letter() + "" + key.clientLength() + "," + key.senderLength();
        long seen = times.getOrDefault(full + name, NEVER);
        long next = rule.next(seen, now);
        if (next == NEVER) {
            times.remove(full + name);
        } else if (next != seen) {
            times.put(full + name, next);
        }
        return seen;
    }

    /// What is remembered, as text.
    Map<String, Long> times() {
        return Map.copyOf(times);
    }
}
