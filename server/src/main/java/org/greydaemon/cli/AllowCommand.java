package org.greydaemon.cli;

import org.greydaemon.json.JsonLine;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `greyctl allow`: a client is proven, as if it had retried in time.
@Command(
        name = "allow",
        sortOptions = false,
        description = "Takes a client for proven, as if it had retried in time.")
final class AllowCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xx", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    @Option(names = "--reason", paramLabel = "text", description = "Why, for the daemon's log.")
    private @Nullable String reason;

    @Mixin private ControlOptions control = new ControlOptions();

    @Parameters(index = "0", paramLabel = "client", description = "The client's IP address.")
    private String client = "";

    @Override
    public Integer call() throws NoAnswerException {
        JsonLine request = ControlOptions.request("allow").put("client", client);
        ControlClient.Line line =
                control.ask(reason == null ? request : request.put("reason", reason));
        if (!control.json()) {
            String until = TIME.format(Instant.ofEpochSecond(line.number("until")));
            control.out()
                    .println(
                            client
                                    + " is proven until "
                                    + until
                                    + ", and longer if mail comes from it");
        }
        return 0;
    }
}
