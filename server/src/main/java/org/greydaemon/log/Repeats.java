package org.greydaemon.log;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Folds lines that say the same: the first is shown, those of the minute after it are counted, and
/// at its end one line tells the count. Bounded: of an event with many kinds, {@link #KINDS_MAX}
/// are told apart. Not thread-safe.
final class Repeats {
    /// How long lines are counted, in seconds.
    static final long FOLD_SECONDS = 60;

    /// The most kinds of an event; all beyond are one.
    static final int KINDS_MAX = 20;

    /// What stands for the kinds beyond.
    private static final String OTHERS = "";

    /// One kind of line.
    private record Kind(Event event, String name) {}

    /// The lines of a kind since the last one that was shown.
    private static final class Count {
        private long sinceSeconds;
        private long lines;
        private String last = "";
    }

    /// A line that tells a count.
    record Folded(Event event, String text) {}

    private final Map<Kind, Count> counts = new LinkedHashMap<>();

    /// Whether a line is to be shown; if not, it is counted.
    ///
    /// @param name what makes lines of the event the same
    boolean isNew(Event event, String name, String text, long now) {
        Kind kind = new Kind(event, name);
        if (!counts.containsKey(kind) && kinds(event) >= KINDS_MAX) {
            kind = new Kind(event, OTHERS);
        }
        Count count = counts.get(kind);
        if (count == null) {
            count = new Count();
            count.sinceSeconds = now;
            counts.put(kind, count);
            return true;
        }
        count.lines++;
        count.last = text;
        return false;
    }

    private long kinds(Event event) {
        return counts.keySet().stream().filter(kind -> kind.event() == event).count();
    }

    /// The lines that are due: those of kinds that were first shown, or told of, a minute ago.
    List<Folded> due(long now) {
        List<Folded> due = new ArrayList<>();
        counts.entrySet()
                .removeIf(entry -> {
                    Count count = entry.getValue();
                    if (now - count.sinceSeconds < FOLD_SECONDS) {
                        return false;
                    }
                    boolean isOver = count.lines == 0;
                    if (!isOver) {
                        due.add(new Folded(entry.getKey().event(), told(count)));
                        count.lines = 0;
                        count.sinceSeconds = now;
                    }
                    return isOver;
                });
        return due;
    }

    private static String told(Count count) {
        return count.last
                + (count.lines == 1
                        ? " (once more in the last minute)"
                        : " (" + count.lines + " more times in the last minute)");
    }
}
