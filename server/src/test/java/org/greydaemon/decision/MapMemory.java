package org.greydaemon.decision;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Memory as simple as it can be.
final class MapMemory implements Memory {
    private final Map<String, Long> times = new HashMap<>();

    @Override
    public boolean mayHold(Key.Kind kind) {
        return times.keySet().stream().anyMatch(name -> name.charAt(0) == kind.letter());
    }

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

    void forgetAll() {
        times.clear();
    }

    /// The letters of the kinds of the entries that have one of these marks, in order.
    String withMark(int mark) {
        return times.entrySet().stream()
                .filter(entry -> (Entry.mark(entry.getValue()) & mark) != 0)
                .map(entry -> entry.getKey().substring(0, 1))
                .sorted()
                .collect(Collectors.joining());
    }

    /// How many retries came too early, as the triplets of these kinds say, in their order.
    List<Integer> earlyRetries(String letters) {
        return letters.chars()
                .boxed()
                .flatMap(letter ->
                        times.entrySet().stream()
                                .filter(entry -> entry.getKey().charAt(0) == letter)
                                .map(entry -> Entry.earlyRetries(entry.getValue())))
                .toList();
    }

    /// What is remembered, as text.
    Map<String, Long> times() {
        return Map.copyOf(times);
    }
}
