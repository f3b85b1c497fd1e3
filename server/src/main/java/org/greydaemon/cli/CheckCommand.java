package org.greydaemon.cli;

import org.greydaemon.admin.Span;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/// `greyctl check`: the verdict on an attempt; nothing is remembered.
@Command(
        name = "check",
        sortOptions = false,
        description = "Says what would become of an attempt. Changes nothing.")
final class CheckCommand implements Callable<Integer> {
    @Mixin private ControlOptions control = new ControlOptions();
    @Mixin private EnvelopeParameters envelope = new EnvelopeParameters();

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line line = control.ask(envelope.addTo(ControlOptions.request("check")));
        boolean accepts = line.text("verdict").equals("accept");
        if (!control.json()) {
            long retryIn = line.number("retry_in");
            control.out()
                    .println(
                            line.text("verdict")
                                    + ", "
                                    + line.text("reason")
                                    + (retryIn > 0 ? ", retry in " + Span.text(retryIn) : ""));
        }
        return accepts ? AskCommand.ACCEPT : AskCommand.DEFER;
    }
}
