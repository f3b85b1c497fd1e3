package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/// `greyctl export`: what is remembered, as the lines of a save file.
@Command(
        name = "export",
        sortOptions = false,
        description = "Prints what is remembered as the lines of a save file.")
final class ExportCommand implements Callable<Integer> {
    @Mixin private SelectionOptions selection = new SelectionOptions();
    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        control.ask(
                selection.addTo(ControlOptions.request("list")),
                line -> control.out().println(SaveLine.of(line)));
        return 0;
    }
}
