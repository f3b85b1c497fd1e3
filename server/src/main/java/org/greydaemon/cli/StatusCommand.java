package org.greydaemon.cli;

import org.greydaemon.admin.Amount;
import org.greydaemon.admin.Span;
import org.greydaemon.decision.Reason;
import org.greydaemon.metrics.Metric;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/// `greyctl status`: how the daemon is.
@Command(
        name = "status",
        sortOptions = false,
        description = "Shows how the daemon is; exit status 1 if something is wrong.")
final class StatusCommand implements Callable<Integer> {
    /// Exit status: the daemon runs, and something is wrong.
    private static final int TROUBLE = 1;

    @Option(
            names = "--figures",
            description = "Show every figure, by the name that it has in the log, and what it is.")
    private boolean figures;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line line = control.ask(ControlOptions.request("status"));
        if (!control.json()) {
            print(line, control.out());
            if (figures) {
                printFigures(line.line("figures"), control.out());
            }
        }
        return line.texts("problems").isEmpty() ? 0 : TROUBLE;
    }

    /// What greylisting has cost good mail.
    private static void printWaits(ControlClient.Line delays, PrintWriter out) {
        if (delays.number("median") > 0) {
            out.println(
                    "waited     half of the mail that passed up to %s, 95 %% up to %s, 99 %% up to %s"
                            .formatted(
                                    Span.text(delays.number("median")),
                                    Span.text(delays.number("p95")),
                                    Span.text(delays.number("p99"))));
        }
        for (ControlClient.Line provider : delays.lines("by_provider").stream().limit(5).toList()) {
            out.println(
                    "           %s: half up to %s, 95 %% up to %s, of %s"
                            .formatted(
                                    provider.text("domain"),
                                    Span.text(provider.number("median")),
                                    Span.text(provider.number("p95")),
                                    Amount.of(provider.number("count"), "mail", "mails")));
        }
    }

    /// What greylisting has stopped.
    private static void printNeverCameBack(ControlClient.Line figures, PrintWriter out) {
        long suspects = figures.number("messages_never_came_back_suspect");
        long messages = suspects + figures.number("messages_never_came_back_other");
        if (messages > 0) {
            out.println(
                    "stopped    %s never came back, %d of suspects; for %s"
                            .formatted(
                                    Amount.of(messages, "mail", "mails"),
                                    suspects,
                                    Amount.of(
                                            figures.number("never_came_back_suspect")
                                                    + figures.number("never_came_back_other"),
                                            "recipient",
                                            "recipients")));
        }
    }

    private static void printFigures(ControlClient.Line figures, PrintWriter out) {
        out.println("figures");
        String before = "";
        for (String name : figures.members().keySet()) {
            String help = help(name);
            out.println(
                    "  %-32s %12d  %s"
                            .formatted(name, figures.number(name), help.equals(before) ? "" : help)
                            .stripTrailing());
            before = help;
        }
    }

    /// Of a figure that only a later version knows: nothing.
    private static String help(String name) {
        return Metric.ofBrief(name).map(Metric::help).orElse("");
    }

    private static void print(ControlClient.Line line, PrintWriter out) {
        printHead(line, out);
        printStore(line, out);
        printBounds(line.line("troubles"), out);
        printWaits(line.line("delays"), out);
        printNeverCameBack(line.line("figures"), out);
        printAttempts(line, out);
    }

    private static void printHead(ControlClient.Line line, PrintWriter out) {
        out.println(
                "greydaemon %s, process %d, up %s"
                        .formatted(
                                line.text("version"),
                                line.number("pid"),
                                Span.text(line.number("uptime"))));
        line.texts("problems").forEach(problem -> out.println("PROBLEM    " + problem));
        Trial.of(line).ifPresent(trial -> out.println("TRIAL      " + trial));
        if (line.number("expecting") > 0) {
            out.println(
                    "expecting  mail for "
                            + Amount.of(line.number("expecting"), "recipient", "recipients"));
        }
        line.texts("listening").forEach(place -> out.println("listening  " + place));
        if (line.members().containsKey("share")) {
            out.println("share      " + line.text("share"));
        }
    }

    private static void printStore(ControlClient.Line line, PrintWriter out) {
        out.println(
                "entries    %d in %d KiB, evicted %d"
                        .formatted(
                                line.number("entries"),
                                line.number("bytes") >> 10,
                                line.number("evicted")));
        out.println(
                "saved      %s, %s"
                        .formatted(
                                line.text("save_file"),
                                line.members().containsKey("saved")
                                        ? Span.text(line.number("saved_ago")) + " ago"
                                        : "never"));
        out.println(
                "journal    %s since then"
                        .formatted(Amount.of(line.number("journal_bytes"), "octet", "octets")));
    }

    private static void printBounds(ControlClient.Line troubles, PrintWriter out) {
        for (String name : troubles.members().keySet()) {
            out.println("bound      %s %d: %s".formatted(name, troubles.number(name), help(name)));
        }
    }

    private static void printAttempts(ControlClient.Line line, PrintWriter out) {
        out.println("%-14s %12s %12s".formatted("attempts", "last minute", "since start"));
        for (Reason reason : Reason.values()) {
            out.println(
                    "  %-12s %12d %12d"
                            .formatted(
                                    reason.word(),
                                    line.line("last_minute").number(reason.word()),
                                    line.line("total").number(reason.word())));
        }
    }
}
