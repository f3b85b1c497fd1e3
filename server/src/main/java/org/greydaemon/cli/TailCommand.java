package org.greydaemon.cli;

import org.greydaemon.admin.Amount;
import org.greydaemon.admin.Span;
import org.greydaemon.json.JsonLine;
import org.greydaemon.system.Readers;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `greyctl tail`: decisions while they are made.
@Command(
        name = "tail",
        sortOptions = false,
        description =
                "Shows decisions while they are made, until interrupted, or nobody reads them.")
final class TailCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private static final int STANDARD_OUTPUT = 1;

    @Option(names = "--reason", paramLabel = "reason", description = "With this reason: early.")
    private @Nullable String reason;

    @Option(names = "--client", paramLabel = "net", description = "Of these clients.")
    private @Nullable String client;

    @Option(names = "--sender", paramLabel = "text", description = "With this in the sender.")
    private @Nullable String sender;

    @Option(names = "--recipient", paramLabel = "text", description = "With this in a recipient.")
    private @Nullable String recipient;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        JsonLine request = ControlOptions.request("tail");
        add(request, "reason", reason);
        add(request, "client", client);
        add(request, "sender", sender);
        add(request, "recipient", recipient);
        // Wide enough for IPv4; whatever is wider stays so.
        Table table = new Table(control.out(), 0, 8, 6, 9, 15);
        try (ControlClient client = control.connect()) {
            client.endsWhen(() -> Readers.areGone(STANDARD_OUTPUT));
            client.send(request.toString());
            client.end();
            control.answer(client, line -> show(line, table));
        }
        return 0;
    }

    private static void add(JsonLine request, String name, @Nullable String value) {
        if (value != null) {
            request.put(name, value);
        }
    }

    /// A row for each recipient, as the log has them; the last one says what goes for all.
    private void show(ControlClient.Line line, Table table) {
        if (line.number("dropped") > 0) {
            String decisions = Amount.of(line.number("dropped"), "decision", "decisions");
            control.out().println("(" + decisions + " not shown: too many to print)");
            return;
        }
        List<ControlClient.Line> each = line.lines("each");
        List<ControlClient.Line> rows = each.isEmpty() ? List.of(line) : each;
        for (int i = 0; i < rows.size(); i++) {
            String remarks = i + 1 == rows.size() ? remarks(line, rows.size()) : "";
            row(line, rows.get(i), remarks, table);
        }
    }

    private static void row(
            ControlClient.Line line, ControlClient.Line recipient, String remarks, Table table) {
        String own = recipient.text("reason");
        table.row(
                TIME.format(line.time("time")),
                line.text("proto"),
                own.isEmpty() ? line.text("reason") : own,
                line.text("client"),
                "<%s> <%s>%s".formatted(line.text("sender"), recipient.text("recipient"), remarks));
    }

    private static String remarks(ControlClient.Line line, int shown) {
        String remarks = "";
        if (line.number("recipients") > shown) {
            remarks += " and " + (line.number("recipients") - shown) + " more";
        }
        if (line.isTrue("cut")) {
            remarks += ", not all of it known";
        }
        remarks += remark(", host ", line.text("client_name"));
        remarks += remark(", by ", line.text("by"));
        remarks += remark(", recognised by ", line.text("identity"));
        remarks += remark(", suspect: ", line.text("suspect"));
        if (line.number("waited") > 0) {
            remarks += ", waited " + Span.text(line.number("waited"));
        }
        if (!line.text("observed").isEmpty()) {
            remarks += ", passes in this trial";
        }
        if (line.number("retry_in") > 0) {
            remarks += ", retry in " + Span.text(line.number("retry_in"));
        }
        return remarks + remark(", asked by ", line.text("peer"));
    }

    private static String remark(String begin, String text) {
        return text.isEmpty() ? "" : begin + text;
    }
}
