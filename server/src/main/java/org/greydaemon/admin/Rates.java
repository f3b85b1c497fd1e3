package org.greydaemon.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Reason;
import org.greydaemon.json.JsonLine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/// How many attempts were judged in the last minute, by reason: the counts are looked at once a
/// second. Safe for use by several threads.
public final class Rates {
    /// How far back it looks, in looks of one second.
    static final int LOOKS = 60;

    private final ToLongFunction<Reason> counts;

    // The oldest look is the first one.
    @GuardedBy("this")
    private final Deque<Map<Reason, Long>> looks = new ArrayDeque<>();

    /// Looks at once: what comes before the first second is over belongs to the last minute.
    ///
    /// @param counts the attempts of a reason since the start
    public Rates(ToLongFunction<Reason> counts) {
        this.counts = counts;
        looks.addLast(counted());
    }

    /// To be called about once a second.
    public synchronized void look() {
        looks.addLast(counted());
        if (looks.size() > LOOKS) {
            looks.removeFirst();
        }
    }

    private Map<Reason, Long> counted() {
        Map<Reason, Long> now = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            now.put(reason, counts.applyAsLong(reason));
        }
        return now;
    }

    /// Each reason with its count since the start.
    public JsonLine total() {
        JsonLine line = new JsonLine();
        for (Reason reason : Reason.values()) {
            line.put(reason.word(), counts.applyAsLong(reason));
        }
        return line;
    }

    /// Each reason with its count in the last minute.
    public synchronized JsonLine lastMinute() {
        Map<Reason, Long> before = looks.getFirst();
        JsonLine line = new JsonLine();
        for (Reason reason : Reason.values()) {
            line.put(reason.word(), counts.applyAsLong(reason) - before.getOrDefault(reason, 0L));
        }
        return line;
    }
}
