package org.greydaemon.cli;

import org.greydaemon.admin.Span;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.concurrent.Callable;

/// `greyctl pools`: which networks were learned to be one, and which domains are listed.
@Command(
        name = "pools",
        sortOptions = false,
        description = "Shows the pools of hosts that were learned, or forgets one.")
final class PoolsCommand implements Callable<Integer> {
    /// How many rows say how wide the columns are.
    private static final int ROWS_FIRST = 200;

    @Option(names = "--listed", description = "The listed ones too, each with why it is listed.")
    private boolean listed;

    @Option(
            names = "--forget",
            paramLabel = "net",
            description = "Take these networks out of the pools that were learned.")
    private String forgotten = "";

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        if (!forgotten.isEmpty()) {
            ControlClient.Line line =
                    control.ask(ControlOptions.request("pools").put("forget", forgotten));
            if (!control.json()) {
                control.out().println("forgot " + networks(line.number("entries")));
            }
            return 0;
        }
        Table table = new Table(control.out(), ROWS_FIRST, 7, 9, 20);
        if (!control.json()) {
            table.row("POOL", "LAST USED", "HOSTS", "WHY");
        }
        control.ask(
                ControlOptions.request("pools").put("listed", listed), line -> row(line, table));
        table.finish();
        return 0;
    }

    private static String networks(long count) {
        return count + (count == 1 ? " network" : " networks");
    }

    private static void row(ControlClient.Line line, Table table) {
        if (line.members().containsKey("domain")) {
            table.row("listed", "", line.text("domain"), line.text("why"));
            return;
        }
        List<String> pairs = line.texts("pairs");
        String why =
                pairs.isEmpty()
                        ? "learned long ago, and used since"
                        : "came again from each other: " + String.join(", ", pairs);
        table.row(
                "learned",
                Span.text(line.number("age")),
                String.join(" ", line.texts("networks")),
                why);
    }
}
