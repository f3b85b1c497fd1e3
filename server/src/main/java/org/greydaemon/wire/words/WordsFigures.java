package org.greydaemon.wire.words;

import org.greydaemon.decision.Reason;
import org.greydaemon.server.SteadyClock;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/// What `stats` and `mrtg` tell, counted since the start of the daemon or the last {@link #clear}.
/// Safe for use by several threads.
final class WordsFigures {
    private final ToLongFunction<Reason> counts;
    private final SteadyClock clock;
    private final String host;

    // Replaced as a whole by clear(); any recent one will do.
    private volatile Start start;

    /// When counting began, and what had been counted by then.
    private record Start(long seconds, Map<Reason, Long> counts) {}

    WordsFigures(ToLongFunction<Reason> counts, SteadyClock clock, String host) {
        this.counts = counts;
        this.clock = clock;
        this.host = host;
        start = new Start(clock.getAsLong(), Map.of());
    }

    /// Begins to count anew.
    void clear() {
        Map<Reason, Long> until = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            until.put(reason, counts.applyAsLong(reason));
        }
        start = new Start(clock.getAsLong(), until);
    }

    private long count(Reason reason) {
        return counts.applyAsLong(reason) - start.counts().getOrDefault(reason, 0L);
    }

    /// For people.
    String forPeople() {
        String title =
                "Statistics since %s (%s ago)"
                        .formatted(
                                Instant.ofEpochSecond(start.seconds() + clock.wallOffsetSeconds()),
                                duration());
        long white = 0;
        long grey = 0;
        for (Reason reason : Reason.values()) {
            if (reason.accepts()) {
                white += count(reason);
            } else if (reason != Reason.MALFORMED) {
                grey += count(reason);
            }
        }
        long first = count(Reason.NEW);
        long passed = count(Reason.PASSED);
        return title
                + "\n"
                + "-".repeat(title.length())
                + "\n%d requests were answered white\n".formatted(white)
                + "%d requests were answered grey\n".formatted(grey)
                + "\nOf %d items that were initially greylisted:\n".formatted(first)
                + String.format(
                        Locale.ROOT,
                        " - %d (%5.1f%%) became whitelisted\n",
                        passed,
                        first == 0 ? 0.0 : Math.min(100.0, 100.0 * passed / first));
    }

    /// Four lines, as MRTG reads them.
    String forPrograms() {
        return count(Reason.NEW)
                + "\n"
                + count(Reason.PASSED)
                + "\n"
                + duration()
                + "\n"
                + host
                + "\n";
    }

    private String duration() {
        Duration up = Duration.ofSeconds(clock.getAsLong() - start.seconds());
        return up.toDays() > 0
                ? "%d days, %d hours".formatted(up.toDays(), up.toHoursPart())
                : "%d hours, %d minutes".formatted(up.toHours(), up.toMinutesPart());
    }
}
