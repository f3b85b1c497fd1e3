package org.greydaemon.share;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// What is forgotten, and since when: so that no host that has not yet heard of it brings it back.
/// Bounded: of too many the oldest go. Confined to one thread.
final class Tombstones {
    /// The most of them.
    static final int MAX = 100_000;

    private final Map<String, Long> times = new LinkedHashMap<>();
    private final Map<String, Long> revived = new LinkedHashMap<>();
    private long dropped;

    /// Notes that a key is forgotten.
    ///
    /// @param time in milliseconds of the engine's time; the later one stays
    void add(String name, long time) {
        Long before = times.remove(name);
        revived.remove(name);
        times.put(name, before == null ? time : Math.max(before, time));
        if (times.size() > MAX) {
            Iterator<String> oldest = times.keySet().iterator();
            oldest.next();
            oldest.remove();
            dropped++;
        }
    }

    /// When a key was forgotten, if it was and nothing new has been remembered of it.
    OptionalLong of(String name) {
        Long time = times.get(name);
        return time == null ? OptionalLong.empty() : OptionalLong.of(time);
    }

    /// Something new is remembered of the key.
    ///
    /// @param made when, in milliseconds of the engine's time
    void remove(String name, long made) {
        times.remove(name);
        revived.put(name, made);
        if (revived.size() > MAX) {
            Iterator<String> oldest = revived.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /// When something new was remembered of a key that had been forgotten.
    OptionalLong revived(String name) {
        Long made = revived.get(name);
        return made == null ? OptionalLong.empty() : OptionalLong.of(made);
    }

    /// Nobody can still remember what was forgotten before this time.
    void age(long before) {
        times.values().removeIf(time -> time < before);
        revived.values().removeIf(time -> time < before);
    }

    /// Those since a time.
    Map<String, Long> since(long time) {
        Map<String, Long> all = new LinkedHashMap<>(times);
        all.values().removeIf(its -> its < time);
        return all;
    }

    boolean isEmpty() {
        return times.isEmpty();
    }

    /// How many had to go for others since the start.
    long dropped() {
        return dropped;
    }
}
