package org.greydaemon.exempt;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// How often lines have decided about mail, to go on from there after a reload: what stands in the
/// same file and means the same is the same line. Confined to one thread.
final class Uses {
    private final Map<String, Exemption> used = new HashMap<>();

    // Of the texts, so that lines need not be made that have decided about nothing.
    private final Set<Integer> hashes = new HashSet<>();

    /// Takes what there was before the reload.
    void add(Exemption before) {
        if (before.uses() > 0) {
            used.put(key(before), before);
            hashes.add(before.text().hashCode());
        }
    }

    /// Counts on for the lines of a file.
    <T> void countOn(WrittenLines<T> lines, Function<T, Exemption> exemption) {
        for (int i = 0; i < lines.size() && !used.isEmpty(); i++) {
            if (hashes.contains(lines.hash(i))) {
                Exemption same = used.get(key(exemption.apply(lines.look(i))));
                if (same != null) {
                    exemption.apply(lines.get(i)).useAsOftenAs(same);
                }
            }
        }
    }

    private static String key(Exemption exemption) {
        return exemption.source() + '\n' + exemption.text();
    }
}
