package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/// `greyctl explain`: why an attempt would be accepted or deferred.
@Command(
        name = "explain",
        sortOptions = false,
        description = "Says why an attempt would pass or not, and when it will. Changes nothing.")
final class ExplainCommand implements Callable<Integer> {
    @Mixin private ControlOptions control = new ControlOptions();
    @Mixin private EnvelopeParameters envelope = new EnvelopeParameters();

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line line = control.ask(envelope.addTo(ControlOptions.request("explain")));
        if (!control.json()) {
            line.texts("text").forEach(control.out()::println);
        }
        return line.text("verdict").equals("accept") ? AskCommand.ACCEPT : AskCommand.DEFER;
    }
}
