package org.greydaemon.cli;

import org.greydaemon.admin.Span;
import org.greydaemon.json.JsonLine;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `greyctl tail`: decisions while they are made.
@Command(
        name = "tail",
        sortOptions = false,
        description = "Shows decisions while they are made, until interrupted.")
final class TailCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Option(names = "--reason", paramLabel = "reason", description = "With this reason: early.")
    private @Nullable String reason;

    @Option(names = "--client", paramLabel = "net", description = "Of these clients.")
    private @Nullable String client;

    @Option(names = "--sender", paramLabel = "text", description = "With this in the sender.")
    private @Nullable String sender;

    @Option(
            names = "--recipient",
            paramLabel = "text",
            description = "With this in the first recipient.")
    private @Nullable String recipient;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        JsonLine request = ControlOptions.request("tail");
        add(request, "reason", reason);
        add(request, "client", client);
        add(request, "sender", sender);
        add(request, "recipient", recipient);
        control.ask(request, line -> control.out().println(row(line)));
        return 0;
    }

    private static void add(JsonLine request, String name, @Nullable String value) {
        if (value != null) {
            request.put(name, value);
        }
    }

    private static String row(ControlClient.Line line) {
        if (line.number("dropped") > 0) {
            return "(" + line.number("dropped") + " decisions not shown: too many to print)";
        }
        String row =
                "%s %-6s %-9s %-15s <%s> <%s>"
                        .formatted(
                                TIME.format(Instant.ofEpochSecond(line.number("time"))),
                                line.text("proto"),
                                line.text("reason"),
                                line.text("client"),
                                line.text("sender"),
                                line.text("recipient"));
        if (line.number("recipients") > 1) {
            row += " and " + (line.number("recipients") - 1) + " more";
        }
        if (line.number("waited") > 0) {
            row += ", waited " + Span.text(line.number("waited"));
        }
        return line.number("retry_in") > 0
                ? row + ", retry in " + Span.text(line.number("retry_in"))
                : row;
    }
}
