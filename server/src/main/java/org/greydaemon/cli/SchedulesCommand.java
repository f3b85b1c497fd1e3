package org.greydaemon.cli;

import org.greydaemon.config.SenderSchedule;
import org.greydaemon.config.SenderSchedules;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.mistake.MistakeException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/// `greyctl schedules`: when each sender whose retries are known would get through.
@Command(
        name = "schedules",
        sortOptions = false,
        description = {
            "Prints when mail of each sender whose retries are known would get through.",
            "Half of its messages have passed by the first time, 95 of 100 by the second.",
            "Asks no daemon."
        })
final class SchedulesCommand implements Callable<Integer> {
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3600;

    @Option(
            names = "--delay",
            paramLabel = "duration",
            description = "A retry passes from then on (240s).")
    private String delay = "240s";

    @Option(
            names = "--window",
            paramLabel = "duration",
            description = "A retry from then on is late (24h).")
    private String window = "24h";

    @Option(
            names = "--per-net",
            description =
                    "All addresses of a sender are one client, for comparison; else each is one.")
    private boolean perNet;

    @Option(names = "--csv", description = "Print comma-separated values, times in seconds.")
    private boolean csv;

    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one in.

    /// A sender and when its mail passes.
    private record Row(SenderSchedule sender, SenderSchedule.Passes passes) {
        String addresses() {
            return sender.addresses().isPresent() ? sender.addresses().getAsInt() + "" : "?";
        }
    }

    @Override
    public Integer call() {
        List<Row> rows = rows(window());
        PrintWriter out = spec.commandLine().getOut();
        if (csv) {
            printCsv(rows, out);
        } else {
            printTable(rows, out);
        }
        return 0;
    }

    private RetryWindow window() {
        try {
            return SenderSchedules.window(delay, window);
        } catch (MistakeException e) {
            throw new ParameterException(spec.commandLine(), e.inOneLine());
        }
    }

    private List<Row> rows(RetryWindow retries) {
        List<Row> rows = new ArrayList<>();
        for (SenderSchedule sender : SenderSchedules.read()) {
            rows.add(
                    new Row(
                            sender,
                            perNet
                                    ? sender.passesByNetwork(retries)
                                    : sender.passesByAddress(retries)));
        }
        return rows;
    }

    private static void printCsv(List<Row> rows, PrintWriter out) {
        out.println("sender,kind,addresses,median_s,p95_s");
        for (Row row : rows) {
            out.println(
                    String.join(
                            ",",
                            row.sender().name(),
                            row.sender().kind(),
                            row.addresses(),
                            seconds(row.passes().median()),
                            seconds(row.passes().most())));
        }
    }

    private void printTable(List<Row> rows, PrintWriter out) {
        String form = "%-27s %-24s %14s  %8s  %8s%n";
        out.printf(form, "sender", "known from", "addresses seen", "half by", "95 % by");
        for (Row row : rows) {
            out.printf(
                    form,
                    row.sender().name(),
                    row.sender().kind(),
                    row.addresses(),
                    time(row.passes().median()),
                    time(row.passes().most()));
        }
        List<Row> senders = rows.stream().filter(row -> !row.sender().isAttacker()).toList();
        long through = senders.stream().filter(row -> row.passes().most().isPresent()).count();
        out.printf("95 %% of the mail of %d of %d senders gets through%n", through, senders.size());
    }

    private static String seconds(OptionalLong time) {
        return time.isPresent() ? time.getAsLong() + "" : "";
    }

    private static String time(OptionalLong time) {
        if (time.isEmpty()) {
            return "never";
        }
        long seconds = time.getAsLong();
        return "%d:%02d:%02d"
                .formatted(
                        seconds / SECONDS_PER_HOUR,
                        seconds % SECONDS_PER_HOUR / SECONDS_PER_MINUTE,
                        seconds % SECONDS_PER_MINUTE);
    }
}
