package org.greydaemon.cli;

import org.greydaemon.json.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/// `greyctl disallow`: a client is no longer proven.
@Command(name = "disallow", sortOptions = false, description = "Forgets that a client is proven.")
final class DisallowCommand implements Callable<Integer> {
    /// Exit status: it was not proven.
    private static final int NOT_PROVEN = 1;

    @Mixin private ControlOptions control = new ControlOptions();

    @Parameters(index = "0", paramLabel = "client", description = "The client's IP address.")
    private String client = "";

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line line =
                control.ask(ControlOptions.request("disallow").put("client", client));
        boolean was = line.number("entries") > 0;
        if (!control.json()) {
            control.out().println(client + (was ? " is no longer proven" : " was not proven"));
            if (line.members().get("exempt") == Json.Word.TRUE) {
                control.out().println("it passes all the same: the white list has it");
            }
        }
        return was ? 0 : NOT_PROVEN;
    }
}
