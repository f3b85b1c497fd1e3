package org.greydaemon.cli;

import org.greydaemon.json.JsonLine;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `greyctl expect`: for some minutes mail to a recipient passes at the first attempt.
@Command(
        name = "expect",
        sortOptions = false,
        description =
                "Lets whatever comes for a recipient pass at the first attempt, for some minutes;"
                        + " it proves nobody.")
final class ExpectCommand implements Callable<Integer> {
    /// Exit status: no mail was expected.
    private static final int NOTHING = 1;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss xx", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    @Option(
            names = "--for",
            paramLabel = "time",
            converter = AgeConverter.class,
            description = "For how long, a day at most (10m).")
    private @Nullable Long seconds;

    @Option(names = "--once", description = "Only the first sender's mail.")
    private boolean once;

    @Option(names = "--cancel", description = "No longer.")
    private boolean cancel;

    @Option(names = "--reason", paramLabel = "text", description = "Why; kept and logged.")
    private @Nullable String reason;

    @Mixin private ControlOptions control = new ControlOptions();

    @Parameters(index = "0", paramLabel = "recipient", description = "Its address.")
    private String recipient = "";

    private JsonLine request() {
        JsonLine request = ControlOptions.request("expect").put("to", recipient);
        if (seconds != null) {
            request.put("for", seconds);
        }
        if (reason != null) {
            request.put("reason", reason);
        }
        if (once) {
            request.put("once", true);
        }
        return cancel ? request.put("cancel", true) : request;
    }

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line line = control.ask(request());
        boolean expected = line.isTrue("expected");
        if (!control.json()) {
            String what =
                    cancel
                            ? (expected ? "is no longer expected" : "was not expected")
                            : (once ? "of the first sender " : "")
                                    + "passes until "
                                    + TIME.format(line.time("until"));
            control.out().println("mail to " + line.text("to") + " " + what);
        }
        return cancel && !expected ? NOTHING : 0;
    }
}
