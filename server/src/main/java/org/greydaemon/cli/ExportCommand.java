package org.greydaemon.cli;

import org.greydaemon.exchange.ExportForm;
import org.greydaemon.exchange.FoundEntry;
import org.greydaemon.exchange.Writing;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.concurrent.Callable;

/// `greyctl export`: what is remembered, as the lines of a save file or of another greylister's
/// database.
@Command(
        name = "export",
        sortOptions = false,
        description = "Prints what is remembered as a save file, or for another greylister.")
final class ExportCommand implements Callable<Integer> {
    @Option(
            names = "--to",
            paramLabel = "form",
            converter = FormConverters.Export.class,
            completionCandidates = FormConverters.ExportWords.class,
            description = "For whom: ${COMPLETION-CANDIDATES} (greydaemon).")
    private ExportForm form = ExportForm.GREYDAEMON;

    @Mixin private SelectionOptions selection = new SelectionOptions();
    @Mixin private ControlOptions control = new ControlOptions();

    private long leftOut;

    @Override
    public Integer call() throws NoAnswerException {
        Writing writing = form.writing();
        print(control.json() ? List.of() : writing.begin());
        String command = form == ExportForm.GREYDAEMON ? "export" : "list";
        ControlClient.Line last =
                control.ask(
                        selection.addTo(ControlOptions.request(command)),
                        line -> {
                            // What others have no place for: a domain that has proven itself.
                            List<String> lines =
                                    line.members().containsKey("kind")
                                            ? List.of()
                                            : writing.lines(entry(line));
                            leftOut += lines.isEmpty() ? 1 : 0;
                            print(lines);
                        });
        print(control.json() ? List.of() : writing.end());
        if (leftOut > 0) {
            control.err()
                    .println("greyctl: " + leftOut + " entries left out: " + writing.leftOut());
        }
        long bound = last.number("companions_of");
        if (bound > 0) {
            control.err()
                    .println(
                            "greyctl: of more than "
                                    + bound
                                    + " triplets those of their networks and hosts are left out;"
                                    + " export everything, or less at a time");
        }
        return 0;
    }

    private void print(List<String> lines) {
        lines.forEach(control.out()::println);
    }

    private static FoundEntry entry(ControlClient.Line line) {
        if (line.members().containsKey("line")) {
            return new FoundEntry.Saved(line.text("line"));
        }
        return line.members().containsKey("recipient")
                ? new FoundEntry.Triplet(
                        line.text("client"),
                        line.text("sender"),
                        line.text("recipient"),
                        line.number(
                                line.members().containsKey("first_seen")
                                        ? "first_seen"
                                        : "last_seen"))
                : new FoundEntry.ProvenClient(line.text("client"), line.number("last_seen"));
    }
}
