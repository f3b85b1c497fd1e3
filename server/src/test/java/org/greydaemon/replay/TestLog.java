package org.greydaemon.replay;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A log as a replay reads it at noon.
final class TestLog {
    /// 2026-11-28 12:00:00 UTC.
    static final long NOW = 1_795_867_200;

    private final ReadLines counted = new ReadLines();
    private final ZoneId zone;

    /// Of a host in UTC.
    TestLog() {
        this(ZoneOffset.UTC);
    }

    TestLog(ZoneId zone) {
        this.zone = zone;
    }

    /// What has been said of the lines so far.
    ReadLines counted() {
        return counted;
    }

    /// The attempts that the lines tell of.
    List<Recorded> read(LogForm form, String... lines) {
        Recording recording = new Recording(form, counted);
        DatedLines dated = new DatedLines("log", zone, NOW, counted);
        int number = 0;
        for (String line : lines) {
            DatedLine its = dated.of(++number, line);
            if (its != null) {
                recording.line(its);
            }
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

    /// The same, each in a line: `06:02:10 defer 192.0.2.1 [mx.example.org] helo <sender>
    /// <recipient> 1`
    List<String> shown(LogForm form, String... lines) {
        return read(form, lines).stream().map(TestLog::shown).toList();
    }

    /// What lines of Postfix tell of, from 06:00:00 on one each second.
    List<String> postfix(String... lines) {
        String[] dated = new String[lines.length];
        for (int i = 0; i < lines.length; i++) {
            dated[i] = "Nov 28 06:00:%02d ".formatted(i) + lines[i];
        }
        return shown(LogForm.POSTFIX, dated);
    }

    private static String shown(Recorded recorded) {
        Envelope envelope = recorded.envelope();
        long clock = recorded.time() % 86_400;
        return "%02d:%02d:%02d %s %s %s %s <%s> %s %d%s"
                .formatted(
                        clock / 3600,
                        clock % 3600 / 60,
                        clock % 60,
                        recorded.accepted() ? "accept" : "defer",
                        envelope.client(),
                        envelope.hosts().map(Object::toString).orElse("unknown"),
                        envelope.helo(),
                        envelope.sender(),
                        String.join(",", envelope.recipients()),
                        recorded.recipients(),
                        envelope.authenticated() ? " authenticated" : "");
    }
}
