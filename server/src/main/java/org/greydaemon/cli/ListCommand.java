package org.greydaemon.cli;

import org.greydaemon.admin.Amount;
import org.greydaemon.admin.Span;
import org.greydaemon.json.JsonLine;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;

/// `greyctl list`: what is remembered, printed while it comes, unless it is to be sorted.
@Command(
        name = "list",
        sortOptions = false,
        description = "Lists proven clients and triplets, in no particular order.")
final class ListCommand implements Callable<Integer> {
    /// How many rows say how wide the columns are.
    private static final int ROWS_FIRST = 200;

    /// The most entries that are sorted: they are kept until the last one has come.
    static final int SORTED_MAX = 10_000;

    /// More than any daemon has entries: as good as none.
    private static final long LIMIT_MAX = 1L << 40;

    @Mixin private SelectionOptions selection = new SelectionOptions();

    @Option(
            names = "--sort",
            paramLabel = "order",
            description =
                    "Sorted by age (the oldest first), client, sender or recipient; at most "
                            + SORTED_MAX
                            + " are shown.")
    private String order = "";

    @Option(names = "--limit", paramLabel = "number", description = "No more than this many.")
    private long limit = Long.MAX_VALUE;

    @Mixin private ControlOptions control = new ControlOptions();

    private long shown;

    @Override
    public Integer call() throws NoAnswerException {
        if (limit < 1) {
            throw control.wrong("--limit: " + limit + " is less than 1; give a number of entries");
        }
        Optional<EntryOrder> sort = EntryOrder.named(order);
        if (sort.isEmpty() && !order.isEmpty()) {
            throw control.wrong(
                    "--sort: '" + order + "' is not age, client, sender or recipient; give one");
        }
        if (sort.isPresent() && limit > SORTED_MAX && limit != Long.MAX_VALUE) {
            throw control.wrong(
                    "--limit: %d is more than the %d that can be sorted; give fewer, or no --sort"
                            .formatted(limit, SORTED_MAX));
        }
        Table table = new Table(control.out(), ROWS_FIRST, 8, 13, 15);
        if (!control.json()) {
            table.row("STATE", "SEEN BEFORE", "CLIENT", "SENDER RECIPIENT");
        }
        long all = sort.isPresent() ? sorted(sort.get().comparator(), table) : asTheyCome(table);
        table.finish();
        if (!control.json()) {
            control.out()
                    .println(
                            shown < all
                                    ? shown + " of " + Amount.entries(all)
                                    : Amount.entries(shown));
        }
        return 0;
    }

    private long asTheyCome(Table table) throws NoAnswerException {
        JsonLine request = selection.addTo(ControlOptions.request("list"));
        if (limit < LIMIT_MAX) {
            request.put("limit", limit);
        }
        ControlClient.Line last =
                control.lines(
                        request,
                        line -> {
                            if (shown < limit) { // An older daemon does not count.
                                show(line, table);
                            }
                        });
        return last.number("entries");
    }

    /// The last of the best is always at hand, to go when there is a better one.
    private long sorted(Comparator<ControlClient.Line> comparator, Table table)
            throws NoAnswerException {
        int most = (int) Math.min(limit, SORTED_MAX);
        PriorityQueue<ControlClient.Line> best = new PriorityQueue<>(comparator.reversed());
        ControlClient.Line last =
                control.lines(
                        selection.addTo(ControlOptions.request("list")),
                        line -> {
                            best.add(line);
                            if (best.size() > most) {
                                best.poll();
                            }
                        });
        best.stream().sorted(comparator).forEach(line -> show(line, table));
        return last.number("entries");
    }

    /// What else than a client has proven itself, with the sender's domain if it counts for that
    /// one alone.
    private static String kind(ControlClient.Line line) {
        if (!line.members().containsKey("kind")) {
            return "";
        }
        boolean hasSender = line.members().containsKey("sender");
        return line.text("kind") + (hasSender ? " with " + line.text("sender") : "");
    }

    private void show(ControlClient.Line line, Table table) {
        shown++;
        if (control.json()) {
            control.out().println(line.text());
            return;
        }
        boolean isTriplet = line.members().containsKey("recipient");
        table.row(
                line.text("state"),
                Span.text(line.number("age")),
                line.text("client"),
                isTriplet
                        ? "<" + line.text("sender") + "> <" + line.text("recipient") + ">"
                        : kind(line));
    }
}
