package org.greydaemon.cli;

import org.greydaemon.json.Json;
import org.greydaemon.json.JsonLine;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/// `greyctl disallow`: what greyctl allow has said is no longer so, and a client no longer proven.
@Command(
        name = "disallow",
        sortOptions = false,
        description = "Takes back what was allowed, and forgets that a client is proven.")
final class DisallowCommand implements Callable<Integer> {
    /// Exit status: they were neither.
    private static final int NOTHING = 1;

    @Mixin private ControlOptions control = new ControlOptions();

    @Option(
            names = "--to",
            paramLabel = "recipient",
            description = "The recipient, if it was allowed with one.")
    private @Nullable String to;

    @Parameters(
            arity = "0..*",
            paramLabel = "whom",
            description = "An address, or what was allowed.")
    private List<String> whom = List.of();

    @Override
    public Integer call() throws NoAnswerException {
        if (whom.isEmpty() && to == null) {
            throw control.wrong("nobody is named; name whom to disallow, or --to");
        }
        JsonLine request = ControlOptions.request("disallow").put("client", String.join(" ", whom));
        ControlClient.Line line = control.ask(to == null ? request : request.put("to", to));
        boolean allowed = line.members().get("allowed") == Json.Word.TRUE;
        boolean proven = line.members().get("proven") == Json.Word.TRUE;
        if (!control.json()) {
            String was = allowed && proven ? "allowed and proven" : allowed ? "allowed" : "proven";
            control.out()
                    .println(
                            (line.text("whom").isEmpty() ? whom.getFirst() : line.text("whom"))
                                    + (allowed || proven
                                            ? " is no longer " + was
                                            : " was neither allowed nor proven"));
            printWhatStillPasses(line);
        }
        return allowed || proven ? 0 : NOTHING;
    }

    private void printWhatStillPasses(ControlClient.Line line) {
        if (!line.text("exempt").isEmpty()) {
            control.out().println("it passes all the same: " + line.text("exempt"));
        }
        long triplets = line.number("triplets");
        if (triplets > 0) {
            control.out()
                    .println(
                            "mail of "
                                    + (triplets == 1 ? "1 triplet" : triplets + " triplets")
                                    + " of it passes as it has waited: greyctl forget --client "
                                    + line.text("whom"));
        }
    }
}
