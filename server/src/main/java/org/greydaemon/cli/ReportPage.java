package org.greydaemon.cli;

import org.greydaemon.admin.Amount;
import org.greydaemon.admin.Span;
import org.greydaemon.decision.Reason;
import org.greydaemon.mail.EscapedText;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What `greyctl report` says, in sections of rows: text and HTML draw the same. Immutable.
///
/// @param title what it is about, in one line
/// @param remark what else must be known to read it; may be empty
/// @param sections what it says
/// @param bars what came over time, for a picture
record ReportPage(String title, String remark, List<Section> sections, List<Bar> bars) {
    /// Rows of cells under a heading.
    ///
    /// @param rows of at least one row, all of as many cells
    record Section(String heading, List<List<String>> rows) {}

    /// What came in a step of the period.
    ///
    /// @param from when it began, in seconds since 1970
    /// @param isKnown whether the daemon ran
    record Bar(long from, boolean isKnown, long accepted, long deferred, long neverCameBack) {}

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// The most bars: those of a month by hours are added up.
    private static final int BARS_MAX = 62;

    /// What a daemon has answered.
    ///
    /// @param host the name of the daemon's host
    static ReportPage of(ControlClient.Line line, String host) {
        String title =
                "greydaemon on %s: the last %s, until %s UTC"
                        .formatted(
                                host,
                                EscapedText.shown(line.text("span")),
                                time(line.number("until")));
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("What came", came(line.line("totals"))));
        sections.add(new Section("What good mail waited", waited(line.line("waits"))));
        // Those are kept in memory (org.greydaemon.admin.Waits).
        String since = hasStarted(line) ? " since the daemon was started" : "";
        sections.add(new Section("Who waited longest" + since, longest(line)));
        sections.add(new Section("What changed", changes(line)));
        sections.add(new Section("Which exemptions served", exemptions(line)));
        return new ReportPage(title, remark(line), List.copyOf(sections), bars(line));
    }

    private static String time(long seconds) {
        // A daemon says what it likes: no time is beyond what a calendar holds.
        return TIME.format(Instant.ofEpochSecond(Math.clamp(seconds, 0, 253_402_300_799L)));
    }

    private static String remark(ControlClient.Line line) {
        if (!line.members().containsKey("since")) {
            return "Nothing is known of this time.";
        }
        long since = line.number("since");
        boolean isWhole = since <= line.number("from") + line.number("step");
        return isWhole ? "" : "The history begins at " + time(since) + " UTC.";
    }

    private static List<List<String>> came(ControlClient.Line totals) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(count("attempts accepted", totals.number("accepted")));
        add("  known", totals, Reason.KNOWN, rows);
        add("  passed after a wait", totals, Reason.PASSED, rows);
        add("  exempt", totals, Reason.EXEMPT, rows);
        add("  authenticated", totals, Reason.AUTHENTICATED, rows);
        add("  bounces", totals, Reason.BOUNCE, rows);
        add("  without an address", totals, Reason.UNIDENTIFIED, rows);
        rows.add(count("attempts deferred", totals.number("deferred")));
        rows.add(count("  first attempts", totals.number("new")));
        rows.add(count("  of suspects", totals.number("suspects")));
        rows.add(count("mails that never came back", totals.number("messages_never_came_back")));
        rows.add(count("  of suspects", totals.number("messages_never_came_back_suspects")));
        rows.add(count("  their recipients", totals.number("never_came_back")));
        rows.add(count("clients proven", totals.number("proven")));
        return rows;
    }

    private static void add(
            String name, ControlClient.Line totals, Reason reason, List<List<String>> rows) {
        if (totals.number(reason.word()) > 0) {
            rows.add(count(name, totals.number(reason.word())));
        }
    }

    private static List<String> count(String name, long count) {
        return List.of(name, number(count));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// Of bounces, which are not among the mails, nobody knows how long they waited.
    private static List<List<String>> waited(ControlClient.Line waits) {
        List<List<String>> rows = new ArrayList<>();
        long mails = sum(waits.numbers("counts"));
        if (mails == 0) {
            return List.of(List.of("no mail had to wait before it passed"));
        }
        rows.add(List.of("", "half up to", "95 % up to", "99 % up to", "mails"));
        rows.add(row("all", waits, mails));
        if (!waits.lines("by_provider").isEmpty()) {
            rows.add(List.of("since the start:", "", "", "", ""));
        }
        waits.lines("by_provider")
                .forEach(provider ->
                        rows.add(
                                row(
                                        EscapedText.shown(provider.text("domain")),
                                        provider,
                                        provider.number("count"))));
        return rows;
    }

    private static List<String> row(String name, ControlClient.Line waits, long count) {
        return List.of(
                name,
                Span.text(waits.number("median")),
                Span.text(waits.number("p95")),
                Span.text(waits.number("p99")),
                number(count));
    }

    /// Whether the daemon was started within the period.
    private static boolean hasStarted(ControlClient.Line line) {
        return line.lines("marks").stream().anyMatch(mark -> mark.text("kind").equals("start"));
    }

    private static List<List<String>> longest(ControlClient.Line line) {
        List<List<String>> rows =
                line.lines("longest").stream()
                        .map(wait ->
                                List.of(
                                        Span.text(wait.number("waited")),
                                        EscapedText.shown(wait.text("client")),
                                        "<" + EscapedText.shown(wait.text("sender")) + ">"))
                        .toList();
        return headed(List.of("waited", "client", "sender"), rows, "nobody");
    }

    private static List<List<String>> changes(ControlClient.Line line) {
        List<List<String>> rows =
                line.lines("marks").stream()
                        .map(mark ->
                                List.of(
                                        time(mark.number("time")) + " UTC",
                                        mark(mark.text("kind")),
                                        EscapedText.shown(mark.text("text"))))
                        .toList();
        return rows.isEmpty() ? List.of(List.of("nothing")) : rows;
    }

    /// The word of a mark, as the dashboard has it.
    private static String mark(String kind) {
        return switch (kind) {
            case "start" -> "started";
            case "reload" -> "configuration read again";
            case "stop" -> "stopped";
            default -> EscapedText.shown(kind);
        };
    }

    /// Rows below their headings, or the one word for none.
    private static List<List<String>> headed(
            List<String> headings, List<List<String>> rows, String none) {
        if (rows.isEmpty()) {
            return List.of(List.of(none));
        }
        List<List<String>> all = new ArrayList<>(List.of(headings));
        all.addAll(rows);
        return all;
    }

    private static List<List<String>> exemptions(ControlClient.Line line) {
        List<List<String>> rows =
                line.lines("exemptions").stream()
                        .filter(exemption -> exemption.number("uses") > 0)
                        .map(exemption ->
                                List.of(
                                        number(exemption.number("uses")),
                                        EscapedText.shown(exemption.text("exempt")),
                                        EscapedText.shown(exemption.text("place"))))
                        .toList();
        return headed(List.of("uses", "line", "place"), rows, "none since they were read");
    }

    private static List<Bar> bars(ControlClient.Line line) {
        List<Long> accepted = line.line("series").numbers("accepted");
        List<Long> deferred = line.line("series").numbers("deferred");
        List<Long> gone = line.line("series").numbers("messages_never_came_back");
        int steps = Math.min(accepted.size(), Math.min(deferred.size(), gone.size()));
        int each = Math.max(1, Math.ceilDiv(steps, BARS_MAX));
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < steps; i += each) {
            int end = Math.min(steps, i + each);
            bars.add(
                    new Bar(
                            line.number("from") + i * line.number("step"),
                            accepted.subList(i, end).stream().anyMatch(value -> value >= 0),
                            sum(accepted.subList(i, end)),
                            sum(deferred.subList(i, end)),
                            sum(gone.subList(i, end))));
        }
        return bars;
    }

    private static long sum(List<Long> values) {
        return values.stream().mapToLong(value -> Math.max(0, value)).sum();
    }

    /// For a terminal or a mail.
    String text() {
        StringBuilder text = new StringBuilder(title).append('\n');
        if (!remark.isEmpty()) {
            text.append(remark).append('\n');
        }
        for (Section section : sections) {
            text.append('\n').append(section.heading()).append('\n');
            int[] widths = new int[section.rows().getFirst().size()];
            for (List<String> row : section.rows()) {
                for (int i = 0; i < row.size(); i++) {
                    widths[i] = Math.max(widths[i], row.get(i).length());
                }
            }
            section.rows().forEach(row -> text.append(line(row, widths)).append('\n'));
        }
        return text.toString();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String cell = row.get(i);
            String room = " ".repeat(widths[i] - cell.length());
            line.append("  ").append(isNumber(cell) ? room + cell : cell + room);
        }
        return line.toString().stripTrailing();
    }

    /// Whether it stands right.
    static boolean isNumber(String cell) {
        return !cell.isEmpty() && cell.chars().allMatch(c -> (c >= '0' && c <= '9') || c == ',');
    }

    /// What a mail is about.
    String subject() {
        long gone = bars.stream().mapToLong(Bar::neverCameBack).sum();
        return title + ": " + Amount.of(gone, "mail", "mails") + " never came back";
    }
}
