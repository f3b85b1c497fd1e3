package org.greydaemon.cli;

import org.greydaemon.json.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/// `greyctl disallow`: clients no longer pass because they were allowed, or proven.
@Command(
        name = "disallow",
        sortOptions = false,
        description = "Takes back that clients were allowed, and forgets that one is proven.")
final class DisallowCommand implements Callable<Integer> {
    /// Exit status: they were neither.
    private static final int NOTHING = 1;

    @Mixin private ControlOptions control = new ControlOptions();

    @Parameters(
            index = "0",
            paramLabel = "clients",
            description = "An address, or a network as it was allowed.")
    private String clients = "";

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line line =
                control.ask(ControlOptions.request("disallow").put("client", clients));
        boolean allowed = line.members().get("allowed") == Json.Word.TRUE;
        boolean proven = line.members().get("proven") == Json.Word.TRUE;
        if (!control.json()) {
            String was = allowed && proven ? "allowed and proven" : allowed ? "allowed" : "proven";
            control.out()
                    .println(
                            clients
                                    + (allowed || proven
                                            ? " is no longer " + was
                                            : " was neither allowed nor proven"));
            if (!line.text("exempt").isEmpty()) {
                control.out().println("it passes all the same: " + line.text("exempt"));
            }
        }
        return allowed || proven ? 0 : NOTHING;
    }
}
