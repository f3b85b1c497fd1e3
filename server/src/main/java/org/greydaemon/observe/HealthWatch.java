package org.greydaemon.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.json.JsonLine;
import org.greydaemon.wire.http.Health;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Whether the daemon is well, why not, and since when: one sentence for people. Safe for use by
/// several threads.
final class HealthWatch {
    private final Supplier<Health> health;
    private final LongSupplier clock;

    @GuardedBy("this")
    private Health current;

    @GuardedBy("this")
    private String state;

    @GuardedBy("this")
    private long since;

    /// @param clock the time in seconds
    HealthWatch(Supplier<Health> health, LongSupplier clock) {
        this.health = health;
        this.clock = clock;
        current = health.get();
        state = word(current);
        since = clock.getAsLong();
    }

    /// To be called about once a second.
    void everySecond() {
        Health now = health.get();
        synchronized (this) {
            current = now;
            if (!state.equals(word(now))) {
                state = word(now);
                since = clock.getAsLong();
            }
        }
    }

    private static String word(Health health) {
        if (!health.problems().isEmpty()) {
            return "bad";
        }
        return health.warnings().isEmpty() ? "well" : "degraded";
    }

    /// Adds `state`, which is `well`, `degraded` or `bad`, `why`, a sentence for each reason, and
    /// `since`, in seconds since 1970.
    ///
    /// @param wallOffsetSeconds what to add to a time to get the time of the wall clock
    synchronized void addTo(JsonLine line, long wallOffsetSeconds) {
        List<String> why = new ArrayList<>(current.problems());
        why.addAll(current.warnings());
        line.put("state", state).put("why", why).put("since", since + wallOffsetSeconds);
    }
}
