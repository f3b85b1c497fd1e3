package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The terminal while a picture is on it that is drawn again and again: on its second screen, so
/// that the first one is afterwards as it was, whether the program ends or is interrupted.
///
/// The sequences are those of ECMA-48 and xterm, which every terminal of today knows. Safe for use
/// by several threads: when the program is interrupted, another one leaves.
final class Terminal implements AutoCloseable {
    private static final String ENTER = "\u001b[?1049h\u001b[2J";
    private static final String LEAVE = "\u001b[0m\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String ERASE_BELOW = "\u001b[J";
    private static final String REVERSE = "\u001b[7m";
    private static final String PLAIN = "\u001b[0m";

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,4}) ([0-9]{1,4})\\s*");

    private final PrintWriter out;
    private final Thread leaver = new Thread(this::leave, "terminal");
    private boolean left;

    /// How much fits.
    ///
    /// @param rows from 1 on
    /// @param columns from 1 on
    record Size(int rows, int columns) {}

    /// One row of a picture.
    ///
    /// @param text fits into the columns
    /// @param strong whether it is to catch the eye
    record Row(String text, boolean strong) {}

    private Terminal(PrintWriter out) {
        this.out = out;
    }

    /// Whether standard output is a terminal that can be drawn on.
    static boolean isThere() {
        String kind = Optional.ofNullable(System.getenv("TERM")).orElse("");
        if (kind.isEmpty() || kind.equals("dumb")) {
            return false;
        }
        try {
            // Java's console asks for standard input too, which is of no interest here.
            return new ProcessBuilder("test", "-t", "1")
                            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The terminal's size now. The environment, which shells set when they start a program and
    /// nobody changes afterwards, is asked only if the terminal does not know.
    static Size size() {
        return sizeOfTerminal().orElseGet(() -> size(System.getenv(), new Size(24, 80)));
    }

    /// The size that LINES and COLUMNS say.
    ///
    /// @param byDefault for what they do not say
    static Size size(Map<String, String> environment, Size byDefault) {
        return new Size(
                positive(environment.get("LINES")).orElse(byDefault.rows()),
                positive(environment.get("COLUMNS")).orElse(byDefault.columns()));
    }

    private static Optional<Integer> positive(@Nullable String text) {
        return text != null && text.matches("[1-9][0-9]{0,3}")
                ? Optional.of(Integer.valueOf(text))
                : Optional.empty();
    }

    private static Optional<Size> sizeOfTerminal() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            Matcher size = SIZE.matcher(new String(stty.getInputStream().readAllBytes(), US_ASCII));
            return size.matches()
                    ? sizeOf(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// A serial line says 0.
    private static Optional<Size> sizeOf(int rows, int columns) {
        return rows > 0 && columns > 0 ? Optional.of(new Size(rows, columns)) : Optional.empty();
    }

    /// Goes to the second screen, until {@link #close} or the end of the program.
    static Terminal enter(PrintWriter out) {
        Terminal terminal = new Terminal(out);
        Runtime.getRuntime().addShutdownHook(terminal.leaver);
        out.print(ENTER);
        out.flush();
        return terminal;
    }

    /// Shows a picture in place of the one before.
    ///
    /// @return whether it could be written
    synchronized boolean draw(List<Row> picture) {
        if (left) {
            return false;
        }
        // Erased first: behind a full row the cursor still stands on its last character.
        StringBuilder text = new StringBuilder(HOME).append(ERASE_BELOW);
        String separator = "";
        for (Row row : picture) {
            text.append(separator);
            text.append(row.strong() ? REVERSE + row.text() + PLAIN : row.text());
            separator = "\r\n";
        }
        out.print(text);
        return !out.checkError();
    }

    private synchronized void leave() {
        if (!left) {
            left = true;
            out.print(LEAVE);
            out.flush();
        }
    }

    @Override
    public void close() {
        leave();
        try {
            Runtime.getRuntime().removeShutdownHook(leaver);
        } catch (IllegalStateException e) {
            // The program ends already, and the hook finds nothing to do.
        }
    }
}
