package org.greydaemon.cli;

import static java.util.stream.Collectors.joining;

import org.greydaemon.admin.Amount;
import org.greydaemon.admin.Span;
import org.greydaemon.decision.Reason;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// What `greyctl top` draws: how the daemon is, the attempts, the longest waits, the biggest
/// networks. It fits into any size; what is missing in a small one is at the end of the tables,
/// then the attempts by reason, then whatever comes last. Confined to one thread.
final class TopPicture {
    /// From here on accepted and deferred attempts stand side by side.
    private static final int WIDE = 80;

    /// From here on there is room to say when a mail passed.
    private static final int MEDIUM = 64;

    /// The least rows of a table: a blank one, the heading, three.
    private static final int TABLE_MIN = 5;

    private static final String ATTEMPTS = "%-15s %11s %11s";
    private static final String GAP = "  ";

    private final ControlClient.Line figures;
    private final int width;
    private final int height;
    private final List<Terminal.Row> picture = new ArrayList<>();

    private TopPicture(ControlClient.Line figures, Terminal.Size size) {
        this.figures = figures;
        width = size.columns();
        height = size.rows();
    }

    /// Draws it.
    ///
    /// @param figures the daemon's answer
    /// @param time what the clock says
    /// @param remark what else the operator must know; nothing if empty
    static List<Terminal.Row> of(
            ControlClient.Line figures, String time, String remark, Terminal.Size size) {
        return new TopPicture(figures, size).draw(time, remark);
    }

    private List<Terminal.Row> draw(String time, String remark) {
        title(time);
        sentence(remark, true);
        figures.texts("problems").forEach(problem -> sentence("PROBLEM  " + problem, true));
        attempts();
        List<String> waits = waits();
        List<String> networks = networks();
        int room = Math.max(0, height - picture.size());
        int forWaits = Math.min(waits.size() + 1, Math.max(room / 2, room - networks.size() - 1));
        table(waits, forWaits);
        table(networks, room - forWaits);
        return List.copyOf(picture.subList(0, Math.min(height, picture.size())));
    }

    private void title(String time) {
        String name =
                "greydaemon %s, process %d, up %s"
                        .formatted(
                                figures.text("version"),
                                figures.number("pid"),
                                Span.text(figures.number("uptime")));
        int room = width - time.length() - GAP.length();
        row(room >= name.length() ? padded(name, room) + GAP + time : name, false);
        sentence(
                "%s in %d KiB, evicted %d, log lines dropped %d"
                        .formatted(
                                Amount.entries(figures.number("entries")),
                                figures.number("bytes") >> 10,
                                figures.number("evicted"),
                                figures.number("log_dropped")),
                false);
        ControlClient.Line troubles = figures.line("troubles");
        if (!troubles.members().isEmpty()) {
            sentence(
                    troubles.members().keySet().stream()
                            .map(one -> one + " " + troubles.number(one))
                            .collect(joining(", ", "bounds reached: ", "")),
                    true);
        }
        Trial.of(figures).ifPresent(trial -> sentence("TRIAL: " + trial, true));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /// As many rows as it needs: what is to do stands at the end.
    private void sentence(String sentence, boolean strong) {
        String rest = sentence;
        while (!rest.isEmpty()) {
            int end = rest.length() <= width ? rest.length() : rest.lastIndexOf(' ', width);
            end = end <= 0 ? width : end;
            row(rest.substring(0, end), strong);
            rest = rest.substring(end).strip();
        }
    }

    /// All reasons if the tables then have room, else only the sums.
    private void attempts() {
        List<String> accepted = attempts("accepted", Reason::accepts);
        List<String> deferred =
                attempts("deferred", reason -> !reason.accepts() && reason != Reason.MALFORMED);
        deferred.add(
                attempts(Reason.MALFORMED.word(), reason -> reason == Reason.MALFORMED).getFirst());
        boolean isWide = width >= WIDE;
        int all = isWide ? accepted.size() : accepted.size() + deferred.size();
        boolean isShort = picture.size() + 2 + all + 2 * TABLE_MIN > height;
        String heading = ATTEMPTS.formatted("ATTEMPTS", "last minute", "since start");
        if (!isShort) {
            row("", false);
        }
        heading(isWide ? heading + GAP + heading : heading);
        for (int i = 0; i < (isShort ? 1 : accepted.size()); i++) {
            String right = isWide && i < deferred.size() ? GAP + deferred.get(i) : "";
            row(accepted.get(i) + right, false);
        }
        if (!isWide) {
            deferred.subList(0, isShort ? 1 : deferred.size()).forEach(text -> row(text, false));
        }
    }

    /// A row for the sum and one for each of several reasons.
    private List<String> attempts(String name, Predicate<Reason> wanted) {
        List<Reason> reasons = Arrays.stream(Reason.values()).filter(wanted).toList();
        List<String> rows = new ArrayList<>();
        rows.add(
                ATTEMPTS.formatted(
                        name,
                        reasons.stream().mapToLong(one -> count("last_minute", one)).sum(),
                        reasons.stream().mapToLong(one -> count("total", one)).sum()));
        for (Reason reason : reasons) {
            rows.add(
                    ATTEMPTS.formatted(
                            "  " + reason.word(),
                            count("last_minute", reason),
                            count("total", reason)));
        }
        return rows;
    }

    private long count(String period, Reason reason) {
        return figures.line(period).number(reason.word());
    }

    /// The rows of a table: the heading, the others.
    private List<String> waits() {
        List<ControlClient.Line> waits = figures.lines("waits");
        int clients = widest(waits, "client", "CLIENT");
        String when = width >= MEDIUM ? "%-16s" : "";
        List<String> rows = new ArrayList<>();
        rows.add(
                padded("WAITED", 13)
                        + when.formatted("PASSED")
                        + padded("CLIENT", clients)
                        + "SENDER");
        for (ControlClient.Line wait : waits) {
            rows.add(
                    padded(Span.text(wait.number("waited")), 13)
                            + when.formatted(Span.text(wait.number("ago")) + " ago")
                            + padded(wait.text("client"), clients)
                            + "<"
                            + wait.text("sender")
                            + ">");
        }
        if (waits.isEmpty()) {
            rows.add("no mail has passed after a wait in the last 24 hours");
        }
        return rows;
    }

    private List<String> networks() {
        List<ControlClient.Line> networks = figures.lines("networks");
        int names = widest(networks, "network", "NETWORK");
        String form = "%11s%11s%11s";
        List<String> rows = new ArrayList<>();
        rows.add(padded("NETWORK", names) + form.formatted("ENTRIES", "PROVEN", "WAITING"));
        for (ControlClient.Line network : networks) {
            rows.add(
                    padded(network.text("network"), names)
                            + form.formatted(
                                    network.number("entries"),
                                    network.number("proven"),
                                    network.number("waiting")));
        }
        long others = figures.number("networks_others");
        if (networks.isEmpty() && others == 0) {
            rows.add("nothing is remembered");
        } else if (others > 0) {
            String all = networks.isEmpty() ? "no network" : "no other network";
            rows.add(all + " has more than " + Amount.entries(others));
        }
        return rows;
    }

    private static int widest(List<ControlClient.Line> lines, String name, String heading) {
        int widest = Math.max(heading.length(), 15);
        for (ControlClient.Line line : lines) {
            widest = Math.max(widest, line.text(name).length());
        }
        return Math.min(widest, 39) + GAP.length(); // The longest address has 39 characters.
    }

    /// A blank row and as many of a table's as there is room for.
    private void table(List<String> rows, int room) {
        if (room > 1) {
            row("", false);
            heading(rows.getFirst());
            rows.stream().skip(1).limit(room - 2).forEach(text -> row(text, false));
        }
    }

    private void heading(String text) {
        row(padded(text, width), true);
    }

    private void row(String text, boolean strong) {
        picture.add(new Terminal.Row(TerminalText.fit(text, width), strong));
    }
}
