package org.greydaemon.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;

/// `greyctl report`: what came, what waited and what never came back in the last day, week or
/// month.
@Command(
        name = "report",
        sortOptions = false,
        description = "Prints what came, what waited, and what never came back, to be passed on.")
final class ReportCommand implements Callable<Integer> {
    /// How far it looks back.
    private static final class Span {
        @Option(names = "--day", description = "The last 24 hours.")
        private boolean day;

        @Option(names = "--week", description = "The last seven days (the default).")
        @SuppressWarnings("UnusedVariable") // picocli reads it.
        private boolean week;

        @Option(names = "--month", description = "The last 31 days.")
        private boolean month;

        String word() {
            return day ? "day" : month ? "month" : "week";
        }
    }

    /// In which form.
    private static final class Form {
        @Option(names = "--html", description = "Print a page that needs nothing else.")
        private boolean html;

        @Option(
                names = "--mail",
                paramLabel = "address",
                description = "Print a message to this address, for sendmail -t.")
        private String mail = "";
    }

    @ArgGroup(exclusive = true)
    private Span span = new Span();

    @ArgGroup(exclusive = true)
    private Form form = new Form();

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        if (!form.mail.isEmpty() && !ReportMail.isAddress(form.mail)) {
            throw control.wrong(
                    "--mail: '"
                            + form.mail
                            + "' is no address; give one as postmaster@example.net");
        }
        ControlClient.Line line =
                control.ask(ControlOptions.request("report").put("span", span.word()));
        if (!control.json()) {
            print(line, control.out());
        }
        return 0;
    }

    private void print(ControlClient.Line line, PrintWriter out) {
        ReportPage page = ReportPage.of(line, ThisHost.name());
        if (form.html) {
            out.print(ReportHtml.of(page));
        } else if (!form.mail.isEmpty()) {
            out.print(ReportMail.of(page, form.mail, ThisHost.name(), Clock.systemUTC().instant()));
        } else {
            out.print(page.text());
        }
    }
}
