package org.greydaemon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `greyctl top`: what happens now, drawn again and again.
@Command(
        name = "top",
        sortOptions = false,
        description = "Shows rates, the longest waits and the biggest networks, until q or Ctrl-C.")
final class TopCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /// For a file or another program, if the environment says nothing else.
    private static final Terminal.Size PAGE = new Terminal.Size(40, 120);

    private static final int INTERVAL_MAX = 3_600;

    @Option(
            names = "--interval",
            paramLabel = "seconds",
            description = "How long a picture stands (2).")
    private int intervalSeconds = 2;

    @Option(names = "--once", description = "Print one picture and exit.")
    private boolean once;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        if (intervalSeconds < 1 || intervalSeconds > INTERVAL_MAX) {
            throw control.wrong(
                    "--interval: %d is not from 1 to %d; give seconds"
                            .formatted(intervalSeconds, INTERVAL_MAX));
        }
        ControlClient.Line figures = ask();
        if (control.json()) {
            return 0; // It has been printed.
        }
        boolean isTerminal = Terminal.isThere();
        if (once || !isTerminal) {
            print(figures, isTerminal ? Terminal.size() : Terminal.size(System.getenv(), PAGE));
        } else {
            live(figures);
        }
        return 0;
    }

    private ControlClient.Line ask() throws NoAnswerException {
        return control.ask(ControlOptions.request("top"));
    }

    private static List<Terminal.Row> picture(
            ControlClient.Line figures, String remark, Terminal.Size size) {
        return TopPicture.of(
                figures, TIME.format(LocalTime.now(ZoneId.systemDefault())), remark, size);
    }

    private void print(ControlClient.Line figures, Terminal.Size size) {
        PrintWriter out = control.out();
        picture(figures, "", size).forEach(row -> out.println(row.text().stripTrailing()));
    }

    /// Goes on until somebody presses q or interrupts the program, the terminal is gone, or the
    /// daemon says that it will not answer. A daemon that is gone may come back.
    private void live(ControlClient.Line first) throws NoAnswerException {
        ControlClient.Line figures = first;
        String remark = "";
        try (Terminal terminal = Terminal.enter(control.out())) {
            while (terminal.draw(picture(figures, remark, Terminal.size()))) {
                if (!terminal.pause(Duration.ofSeconds(intervalSeconds))) {
                    return;
                }
                try {
                    figures = ask();
                    remark = "";
                } catch (RefusedException e) {
                    throw e;
                } catch (NoAnswerException e) {
                    remark = "THE FIGURES ARE OLD  " + e.getMessage() + "; asking again";
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
