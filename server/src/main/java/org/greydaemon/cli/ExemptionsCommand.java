package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.time.Instant;
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
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        if (!control.json()) {
            control.out().println("   USES UNTIL            EXEMPT");
        }
        control.ask(ControlOptions.request("exemptions"), line -> control.out().println(row(line)));
        return 0;
    }

    private static String row(ControlClient.Line line) {
        boolean ends = line.members().containsKey("until");
        String until = ends ? TIME.format(Instant.ofEpochSecond(line.number("until"))) : "-";
        return "%7d %-16s %s  (%s%s)"
                .formatted(
                        line.number("uses"),
                        until,
                        line.text("exempt"),
                        line.text("place"),
                        line.text("reason").isEmpty() ? "" : ": " + line.text("reason"));
    }
}
