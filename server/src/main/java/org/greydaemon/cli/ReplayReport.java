package org.greydaemon.cli;

import org.greydaemon.json.JsonLine;
import org.greydaemon.replay.Outcomes;
import org.greydaemon.replay.ReadLines;
import org.greydaemon.replay.Replay;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// What `greyctl replay` prints.
///
/// @param replay what was played
/// @param counted the lines
/// @param read the logs
/// @param good the file that says what is good
/// @param seconds how long it took
record ReplayReport(
        Replay replay, ReadLines counted, List<String> read, Optional<Path> good, double seconds) {
    private static final int NAME = 34;
    private static final int COLUMN = 22;
    private static final int ADDRESS = 40;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    /// For people.
    List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add(
                number(replay.attempts())
                        + " attempts"
                        + (replay.attempts() == 0
                                ? ""
                                : " from " + time(replay.first()) + " to " + time(replay.last())));
        lines.add("in " + String.join(", ", read));
        lines.add(
                "%s lines read in %.1f s, %s attempts played a second"
                        .formatted(number(counted.lines()), seconds, number(speed())));
        lines.add("good mail: " + whatIsGood());
        lines.add("");
        table(lines);
        longest(lines);
        lines.add("");
        lines.addAll(remarks());
        return lines;
    }

    private static String time(long seconds) {
        return TIME.format(Instant.ofEpochSecond(seconds));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private long speed() {
        long played = replay.sides().stream().mapToLong(side -> side.daemon().attempts()).sum();
        return Math.round(played / Math.max(seconds, 0.001));
    }

    private String whatIsGood() {
        return good.map(file -> "what " + file + " says; everything else is not")
                .orElse("what the log shows accepted in the end; what never was is not");
    }

    private void table(List<String> lines) {
        row(lines, "", side -> TerminalText.fit(side.name(), COLUMN - 2));
        row(lines, "good messages", side -> number(side.outcomes().good()));
        row(lines, "  delayed", side -> part(side, Outcomes::delayed));
        row(lines, "  mean wait of all", side -> span(Math.round(side.outcomes().mean())));
        for (int percent : new int[] {50, 95, 99}) {
            row(
                    lines,
                    percent == 50 ? "  median" : "  " + percent + " of 100 wait at most",
                    side -> span(side.outcomes().percentile(percent)));
        }
        row(lines, "  over an hour, or never accepted", side -> part(side, Outcomes::overAnHour));
        row(lines, "  never accepted", side -> part(side, Outcomes::lost));
        row(lines, "other messages", side -> number(side.outcomes().others()));
        row(
                lines,
                "  stopped",
                side -> share(side.outcomes().othersStopped(), side.outcomes().others()));
        row(
                lines,
                "  their recipients, stopped",
                side -> share(side.outcomes().recipientsStopped(), side.outcomes().recipients()));
        row(lines, "entries, at most", side -> number(side.daemon().entriesMost()));
    }

    private void row(List<String> lines, String name, Function<Replay.Side, String> value) {
        StringBuilder row = new StringBuilder("%-" + NAME + "s");
        List<Object> values = new ArrayList<>(List.of(name));
        for (Replay.Side side : replay.sides()) {
            row.append("%" + COLUMN + "s");
            values.add(value.apply(side));
        }
        lines.add(row.toString().formatted(values.toArray()));
    }

    private static String part(Replay.Side side, Function<Outcomes, Long> figure) {
        return share(figure.apply(side.outcomes()), side.outcomes().good());
    }

    private static String share(long part, long of) {
        return number(part)
                + (of == 0 ? "" : String.format(Locale.ROOT, " (%.1f %%)", 100.0 * part / of));
    }

    /// `1 h 30 min`.
    private static String span(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    private void longest(List<String> lines) {
        for (Replay.Side side : replay.sides()) {
            List<Outcomes.Delayed> longest = side.outcomes().longest();
            if (!longest.isEmpty()) {
                lines.add("");
                lines.add("waited longest, " + side.name() + ":");
            }
            for (Outcomes.Delayed wait : longest) {
                lines.add(
                        "  %-12s %-24s from <%s> to <%s>"
                                .formatted(
                                        span(wait.seconds()),
                                        fit(wait.who().client()),
                                        fit(wait.who().sender()),
                                        fit(wait.who().recipients().getFirst())));
            }
        }
    }

    private static String fit(String address) {
        return TerminalText.fit(address, ADDRESS);
    }

    /// What the figures cannot know.
    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        remarks.add(
                "The memory was empty at the begin of the log: who was proven before waits once"
                        + " more here.");
        for (Replay.Side side : replay.sides()) {
            remarks(side, remarks);
        }
        if (!replay.knowsNames() && replay.attempts() > 0) {
            remarks.add(
                    "These logs tell no names of hosts: rules that look at them find none that is"
                            + " known.");
        }
        add(remarks, counted.refused(), "attempts were refused for other reasons, and not played");
        add(remarks, counted.locals(), "messages came from this host itself, and were not played");
        add(
                remarks,
                counted.unnamed(),
                "deferrals name no recipient, and none came again: they were not played");
        add(
                remarks,
                counted.untold(),
                "messages were taken, and from whom or for whom is not told within an hour: they"
                        + " were not played");
        add(remarks, counted.backward(), "attempts stood behind later ones, and were moved");
        add(remarks, replay.forgotten(), "messages were taken for over, as too many were open");
        add(remarks, counted.malformed(), "lines make no sense, and were left out:");
        counted.named().forEach(line -> remarks.add("  " + line));
        return remarks;
    }

    private static void remarks(Replay.Side side, List<String> remarks) {
        String name = side.name() + ": ";
        add(
                remarks,
                side.earlier(),
                name,
                "attempts were left out, as their message had been accepted by then");
        add(
                remarks,
                side.madeUp(),
                name,
                "messages were accepted in the log and are deferred here; when they would come"
                    + " again nobody knows, so they came as Postfix' do (after 450, 1050, 2250 s"
                    + " ...), from the same client");
        add(remarks, side.unknown(), name, "more of these were too many, and count as never");
        add(remarks, side.waiting(), name, "good messages still waited at the end, not counted");
        add(
                remarks,
                side.daemon().notRemembered(),
                name,
                "entries were not remembered, as there were too many; their mail was deferred");
    }

    private static void add(List<String> remarks, long count, String what) {
        add(remarks, count, "", what);
    }

    private static void add(List<String> remarks, long count, String name, String what) {
        if (count > 0) {
            remarks.add(name + number(count) + " " + what);
        }
    }

    /// For programs: times in seconds.
    JsonLine json() {
        JsonLine line =
                new JsonLine()
                        .put("logs", read)
                        .put("lines", counted.lines())
                        .put("malformed", counted.malformed())
                        .put("attempts", replay.attempts());
        if (replay.attempts() > 0) {
            line.put("from", replay.first()).put("to", replay.last());
        }
        return line.put("good_is", good.isPresent() ? "file" : "accepted")
                .put("names_known", replay.knowsNames())
                .put("refused_otherwise", counted.refused())
                .put("local", counted.locals())
                .put("unnamed", counted.unnamed())
                .put("untold", counted.untold())
                .put("moved", counted.backward())
                .put("forgotten", replay.forgotten())
                .put("nonsense", counted.named())
                .put("attempts_per_second", speed())
                .putLines("rules", replay.sides().stream().map(ReplayReport::json).toList());
    }

    private static JsonLine json(Replay.Side side) {
        Outcomes outcomes = side.outcomes();
        return new JsonLine()
                .put("name", side.name())
                .put("good", outcomes.good())
                .put("delayed", outcomes.delayed())
                .put("waited", outcomes.waited())
                .put("median", outcomes.percentile(50))
                .put("p95", outcomes.percentile(95))
                .put("p99", outcomes.percentile(99))
                .put("over_an_hour", outcomes.overAnHour())
                .put("never", outcomes.lost())
                .put("others", outcomes.others())
                .put("others_stopped", outcomes.othersStopped())
                .put("recipients", outcomes.recipients())
                .put("recipients_stopped", outcomes.recipientsStopped())
                .put("entries", side.daemon().entriesMost())
                .put("left_out", side.earlier())
                .put("retries_made_up", side.madeUp())
                .put("retries_unknown", side.unknown())
                .put("still_waiting", side.waiting())
                .put("not_remembered", side.daemon().notRemembered())
                .putLines("longest", outcomes.longest().stream().map(ReplayReport::json).toList());
    }

    private static JsonLine json(Outcomes.Delayed wait) {
        return new JsonLine()
                .put("waited", wait.seconds())
                .put("client", wait.who().client())
                .put("sender", wait.who().sender())
                .put("recipient", wait.who().recipients().getFirst());
    }
}
