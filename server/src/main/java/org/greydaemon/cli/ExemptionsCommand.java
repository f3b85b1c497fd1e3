package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `greyctl exemptions`: who passes by the operator's word.
@Command(
        name = "exemptions",
        sortOptions = false,
        description = "Shows the white list, the exemption files and what was allowed.")
final class ExemptionsCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm xx", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    /// How many rows say how wide the columns are.
    private static final int ROWS_FIRST = 200;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        Table table = new Table(control.out(), ROWS_FIRST, 7, 22);
        if (!control.json()) {
            table.row("   USES", "UNTIL", "EXEMPT");
        }
        control.ask(ControlOptions.request("exemptions"), line -> row(line, table));
        table.finish();
        return 0;
    }

    private static void row(ControlClient.Line line, Table table) {
        boolean ends = line.members().containsKey("until");
        String until = ends ? TIME.format(line.time("until")) : "-";
        String reason = line.text("reason").isEmpty() ? "" : ": " + line.text("reason");
        table.row(
                "%7d".formatted(line.number("uses")),
                until,
                "%s  (%s%s)".formatted(line.text("exempt"), line.text("place"), reason));
    }
}
