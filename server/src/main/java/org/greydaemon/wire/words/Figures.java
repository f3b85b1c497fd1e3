package org.greydaemon.wire.words;

import org.greydaemon.decision.Reason;
import org.greydaemon.gate.Gate;
import org.greydaemon.server.SteadyClock;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// What `stats` and `mrtg` tell, counted since the start of the daemon. Safe for use by several
/// threads.
final class Figures {
    private final Gate gate;
    private final SteadyClock clock;
    private final String host;
    private final long startSeconds;

    Figures(Gate gate, SteadyClock clock, String host) {
        this.gate = gate;
        this.clock = clock;
        this.host = host;
        startSeconds = clock.getAsLong();
    }

    /// For people.
    String forPeople() {
        String title =
                "Statistics since %s (%s ago)"
                        .formatted(
                                Instant.ofEpochSecond(startSeconds + clock.wallOffsetSeconds()),
                                duration());
        long white = 0;
        long grey = 0;
        for (Reason reason : Reason.values()) {
            if (reason.accepts()) {
                white += gate.count(reason);
            } else if (reason != Reason.MALFORMED) {
                grey += gate.count(reason);
            }
        }
        long first = gate.count(Reason.NEW);
        long passed = gate.count(Reason.PASSED);
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
        return gate.count(Reason.NEW)
                + "\n"
                + gate.count(Reason.PASSED)
                + "\n"
                + duration()
                + "\n"
                + host
                + "\n";
    }

    private String duration() {
        Duration up = Duration.ofSeconds(clock.getAsLong() - startSeconds);
        return up.toDays() > 0
                ? "%d days, %d hours".formatted(up.toDays(), up.toHoursPart())
                : "%d hours, %d minutes".formatted(up.toHours(), up.toMinutesPart());
    }
}
