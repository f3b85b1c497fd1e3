package org.greydaemon.cli;

import org.greydaemon.admin.Amount;
import org.greydaemon.json.JsonLine;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.concurrent.Callable;

/// `greyctl forget`: entries are forgotten, after a question if they are many.
@Command(
        name = "forget",
        sortOptions = false,
        description = "Forgets the entries that are chosen; asks first if there are several.")
final class ForgetCommand implements Callable<Integer> {
    /// Exit status: the operator said no.
    private static final int NO = 1;

    @Mixin private SelectionOptions selection = new SelectionOptions();

    @Option(names = "--dry-run", description = "Only say how many entries that would be.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        if (dryRun) {
            ControlClient.Line line = control.ask(request().put("dry_run", true));
            if (!control.json()) {
                control.out().println("would forget " + Amount.entries(line.number("entries")));
            }
            return 0;
        }
        if (!yes && !isMeant()) {
            return NO;
        }
        ControlClient.Line line = control.ask(request());
        if (!control.json()) {
            control.out().println("forgot " + Amount.entries(line.number("entries")));
        }
        return 0;
    }

    private JsonLine request() {
        return selection.addTo(ControlOptions.request("forget"));
    }

    private boolean isMeant() throws NoAnswerException {
        try (ControlClient client = control.connect()) {
            client.send(request().put("dry_run", true).toString());
            client.end();
            long entries = client.last().number("entries");
            if (entries <= 1) {
                return true;
            }
            return Question.isYes("forget " + entries + " entries?", control.err());
        }
    }
}
