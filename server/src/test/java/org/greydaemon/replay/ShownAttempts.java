package org.greydaemon.replay;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/// The attempts of a log as text, `06:02:10 defer 192.0.2.1 [mx.example.org] <sender> recipient`,
/// and what its lines were counted as.
final class ShownAttempts {
    private final TestLog log;
    private final LogForm form;

    ShownAttempts(LogForm form) {
        this(form, ZoneOffset.UTC);
    }

    ShownAttempts(LogForm form, ZoneId zone) {
        log = new TestLog(zone);
        this.form = form;
    }

    ReadLines counted() {
        return log.counted();
    }

    List<Recorded> read(List<String> lines) {
        return log.read(form, lines.toArray(String[]::new));
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
