package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/// `greyctl save`: everything to the save file, now.
@Command(
        name = "save",
        sortOptions = false,
        description = "Writes all entries to the save file and waits until that is done.")
final class SaveCommand implements Callable<Integer> {
    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        control.ask(ControlOptions.request("save"));
        if (!control.json()) {
            control.out().println("saved");
        }
        return 0;
    }
}
