package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/// `greyctl lint`: exemptions that do nothing, or too much.
@Command(
        name = "lint",
        sortOptions = false,
        description =
                "Names exemptions that are dangerous, shadowed by others, over or never used; exit"
                        + " status 1 if there are any.")
final class LintCommand implements Callable<Integer> {
    /// Exit status: there is something to think about.
    private static final int FOUND = 1;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line last =
                control.ask(
                        ControlOptions.request("lint"), line -> control.out().println(row(line)));
        long findings = last.number("entries");
        if (findings == 0 && !control.json()) {
            control.out().println("nothing to say");
        }
        return findings == 0 ? 0 : FOUND;
    }

    private static String row(ControlClient.Line line) {
        return "%s: %s: %s: %s"
                .formatted(
                        line.text("kind"),
                        line.text("place"),
                        line.text("exempt"),
                        line.text("finding"));
    }
}
