package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.List;
import java.util.concurrent.Callable;

/// `greyctl reload`: the configuration and the lists anew.
@Command(
        name = "reload",
        sortOptions = false,
        description =
                "Reads configuration, white list and exemptions anew, and prints what has changed;"
                        + " bad ones are refused, with what is wrong in them.")
final class ReloadCommand implements Callable<Integer> {
    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line line =
                control.ask(
                        ControlOptions.request("reload"),
                        result -> control.out().println(result.text("text")));
        if (!control.json()) {
            List<String> waiting = line.texts("waiting");
            control.out()
                    .println(
                            waiting.isEmpty()
                                    ? "reloaded"
                                    : "reloaded; only a restart changes "
                                            + String.join(", ", waiting));
        }
        return 0;
    }
}
