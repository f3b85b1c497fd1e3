package org.greydaemon.replay;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The attempts of a log as text, `06:02:10 defer 192.0.2.1 [mx.example.org] <sender> recipient`,
/// and what its lines were counted as.
final class ShownAttempts {
    /// 2026-11-28 12:00:00 UTC.
    static final long NOW = 1_795_867_200;

    private final ReadLines counted = new ReadLines();
    private final LogForm form;
    private final ZoneId zone;

    ShownAttempts(LogForm form) {
        this(form, ZoneOffset.UTC);
    }

    ShownAttempts(LogForm form, ZoneId zone) {
        this.form = form;
        this.zone = zone;
    }

    ReadLines counted() {
        return counted;
    }

    List<Recorded> read(List<String> lines) {
        Recording recording = new Recording(form, zone, NOW, counted);
        int number = 0;
        for (String line : lines) {
            recording.line("log", ++number, line);
        }
        recording.end();
        List<Recorded> all = new ArrayList<>();
        for (Optional<Recorded> next = recording.next();
                next.isPresent();
                next = recording.next()) {
            all.add(next.get());
        }
        return all;
    }

    List<String> of(List<String> lines) {
        return read(lines).stream().map(ShownAttempts::shown).toList();
    }

    private static String shown(Recorded recorded) {
        Envelope envelope = recorded.envelope();
        long clock = Math.floorMod(recorded.time(), 86_400);
        return "%02d:%02d:%02d %s %s %s <%s> %s"
                .formatted(
                        clock / 3600,
                        clock % 3600 / 60,
                        clock % 60,
                        recorded.accepted() ? "accept" : "defer",
                        envelope.client(),
                        envelope.hosts().map(Object::toString).orElse("unknown"),
                        envelope.sender(),
                        String.join(",", envelope.recipients()));
    }
}
