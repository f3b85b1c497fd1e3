package org.greydaemon.share;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// What is forgotten, and since when: so that no host that has not yet heard of it brings it back.
/// Bounded, as anybody who may write to the engine can have it told: of too many the oldest go.
/// Confined to one thread.
final class Tombstones {
    /// The most of them.
    static final int MAX = 100_000;

    /// The most octets of their names: some have 16 KiB.
    static final int OCTETS_MAX = 16 << 20;

    private final Times times = new Times();
    private final Times revived = new Times();
    private long dropped;

    /// Names in the order in which they came, with a time each.
    private static final class Times {
        private final Map<String, Long> byName = new LinkedHashMap<>();
        private long octets;

        @Nullable Long remove(String name) {
            Long time = byName.remove(name);
            octets -= time == null ? 0 : name.length();
            return time;
        }

        /// Adds one that is not among them.
        ///
        /// @return how many had to go for it
        int add(String name, long time) {
            byName.put(name, time);
            octets += name.length();
            int gone = 0;
            for (Iterator<String> oldest = byName.keySet().iterator();
                    byName.size() > MAX || octets > OCTETS_MAX;
                    gone++) {
                octets -= oldest.next().length();
                oldest.remove();
            }
            return gone;
        }

        OptionalLong of(String name) {
            Long time = byName.get(name);
            return time == null ? OptionalLong.empty() : OptionalLong.of(time);
        }

        void age(long before) {
            byName.entrySet()
                    .removeIf(each -> {
                        boolean isOld = each.getValue() < before;
                        octets -= isOld ? each.getKey().length() : 0;
                        return isOld;
                    });
        }
    }

    /// Notes that a key is forgotten.
    ///
    /// @param time in milliseconds of the engine's time; the later one stays
    void add(String name, long time) {
        Long before = times.remove(name);
        Long _ = revived.remove(name);
        dropped += times.add(name, before == null ? time : Math.max(before, time));
    }

    /// When a key was forgotten, if it was and nothing new has been remembered of it.
    OptionalLong of(String name) {
        return times.of(name);
    }

    /// Something new is remembered of the key.
    ///
    /// @param made when, in milliseconds of the engine's time
    void remove(String name, long made) {
        Long _ = times.remove(name);
        Long _ = revived.remove(name);
        int _ = revived.add(name, made);
    }

    /// When something new was remembered of a key that had been forgotten.
    OptionalLong revived(String name) {
        return revived.of(name);
    }

    /// Nobody can still remember what was forgotten before this time.
    void age(long before) {
        times.age(before);
        revived.age(before);
    }

    /// Those since a time.
    Map<String, Long> since(long time) {
        Map<String, Long> all = new LinkedHashMap<>(times.byName);
        all.values().removeIf(its -> its < time);
        return all;
    }

    boolean isEmpty() {
        return times.byName.isEmpty();
    }

    /// How many had to go for others since the start.
    long dropped() {
        return dropped;
    }
}
