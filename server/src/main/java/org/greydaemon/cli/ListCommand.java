package org.greydaemon.cli;

import org.greydaemon.admin.Amount;
import org.greydaemon.admin.Span;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/// `greyctl list`: what is remembered, printed while it comes.
@Command(
        name = "list",
        sortOptions = false,
        description = "Lists proven clients and triplets, in no particular order.")
final class ListCommand implements Callable<Integer> {
    private static final String ROW = "%-8s %-13s %-15s";

    @Mixin private SelectionOptions selection = new SelectionOptions();
    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        if (!control.json()) {
            control.out()
                    .println(ROW.formatted("STATE", "SEEN BEFORE", "CLIENT") + " SENDER RECIPIENT");
        }
        ControlClient.Line last =
                control.ask(
                        selection.addTo(ControlOptions.request("list")),
                        line -> control.out().println(row(line)));
        if (!control.json()) {
            control.out().println(Amount.entries(last.number("entries")));
        }
        return 0;
    }

    private static String row(ControlClient.Line line) {
        String row =
                ROW.formatted(
                        line.text("state"), Span.text(line.number("age")), line.text("client"));
        return line.members().containsKey("recipient")
                ? row + " <" + line.text("sender") + "> <" + line.text("recipient") + ">"
                : row.stripTrailing();
    }
}
