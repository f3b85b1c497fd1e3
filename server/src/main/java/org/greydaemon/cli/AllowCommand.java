package org.greydaemon.cli;

import org.greydaemon.json.JsonLine;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `greyctl allow`: mail passes whatever the rules say.
@Command(
        name = "allow",
        sortOptions = false,
        description =
                "Lets clients, hosts, senders or recipients pass from now on, for a time or until"
                        + " they are disallowed.")
final class AllowCommand implements Callable<Integer> {
    /// Exit status: the operator said no.
    private static final int NO = 1;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xx", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    @Option(
            names = "--to",
            paramLabel = "recipient",
            description = "Only mail to carol@example.net, or to @example.net.")
    private @Nullable String to;

    @Option(
            names = "--for",
            paramLabel = "time",
            converter = AgeConverter.class,
            description = "For how long: 90d. Without it until they are disallowed.")
    private @Nullable Long seconds;

    @Option(names = "--reason", paramLabel = "text", description = "Why; kept and logged.")
    private @Nullable String reason;

    @Option(names = "--yes", description = "Do not ask, however many addresses that are.")
    private boolean yes;

    @Mixin private ControlOptions control = new ControlOptions();

    @Parameters(
            arity = "0..*",
            paramLabel = "whom",
            description =
                    "An address or network, a host such as .example.org, a sender, or a line of an"
                            + " exemption file.")
    private List<String> whom = List.of();

    private JsonLine request(boolean wide) {
        JsonLine request = ControlOptions.request("allow").put("client", String.join(" ", whom));
        if (to != null) {
            request.put("to", to);
        }
        if (seconds != null) {
            request.put("for", seconds);
        }
        if (reason != null) {
            request.put("reason", reason);
        }
        return wide ? request.put("wide", true) : request;
    }

    @Override
    public Integer call() throws NoAnswerException {
        if (whom.isEmpty() && to == null) {
            throw control.wrong("nobody is named; name an address, a host or a sender, or --to");
        }
        ControlClient.Line line;
        try {
            line = control.ask(request(yes));
        } catch (RefusedException e) {
            if (!e.isWide()) {
                throw e;
            }
            if (!Progress.isTerminal(0)) {
                throw new NoAnswerException(e.getMessage() + "; say --yes if that is meant", e);
            }
            if (!Question.isYes(e.getMessage() + ". Let them all pass?", control.err())) {
                return NO;
            }
            line = control.ask(request(true));
        }
        if (!control.json()) {
            List<String> named = line.texts("clients");
            String end =
                    line.members().containsKey("until")
                            ? "until " + TIME.format(line.time("until"))
                            : "until you disallow it";
            named.forEach(client -> control.out().println(client + " passes " + end));
            if (!line.text("remark").isEmpty()) {
                control.err().println("greyctl: " + line.text("remark"));
            }
        }
        return 0;
    }
}
