package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/// `greyctl reload`: the configuration and the white list anew.
@Command(
        name = "reload",
        sortOptions = false,
        description = "Reads configuration and white list anew; bad ones are refused.")
final class ReloadCommand implements Callable<Integer> {
    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        control.ask(ControlOptions.request("reload"));
        if (!control.json()) {
            control.out().println("reloaded; the log says what has changed");
        }
        return 0;
    }
}
