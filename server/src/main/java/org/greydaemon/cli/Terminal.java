package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sun.misc.Signal;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The terminal while a picture is on it that is drawn again and again: on its second screen, so
/// that the first one is afterwards as it was, whether the program ends, is interrupted or stopped
/// for a while (Ctrl-Z).
///
/// The sequences are those of ECMA-48 and xterm, which every terminal of today knows. Safe for use
/// by several threads: when the program is interrupted or stopped, another one leaves.
final class Terminal implements AutoCloseable {
    private static final String ENTER = "\u001b[?1049h\u001b[2J";
    private static final String LEAVE = "\u001b[0m\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String ERASE_BELOW = "\u001b[J";
    private static final String REVERSE = "\u001b[7m";
    private static final String PLAIN = "\u001b[0m";

    /// How soon a key is heeded.
    private static final long KEY_MILLIS = 100;

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,4}) ([0-9]{1,4})\\s*");

    private final PrintWriter out;
    private final Optional<Keyboard> keyboard;
    private final Thread leaver = new Thread(this::leave, "terminal");
    private boolean left;
    private boolean isStopped;

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

    private Terminal(PrintWriter out, Optional<Keyboard> keyboard) {
        this.out = out;
        this.keyboard = keyboard;
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
        Terminal terminal = new Terminal(out, Keyboard.open());
        Runtime.getRuntime().addShutdownHook(terminal.leaver);
        Signal.handle(new Signal("TSTP"), _ -> terminal.stop());
        Signal.handle(new Signal("CONT"), _ -> terminal.goOn());
        terminal.print(ENTER);
        return terminal;
    }

    private void print(String sequence) {
        out.print(sequence);
        out.flush();
    }

    /// Stops the process, as it would have without us, but with the terminal as it was.
    private synchronized void stop() {
        if (left || isStopped) {
            return;
        }
        isStopped = true;
        print(LEAVE);
        keyboard.ifPresent(Keyboard::end);
        try {
            new ProcessBuilder("kill", "-STOP", String.valueOf(ProcessHandle.current().pid()))
                    .start();
        } catch (IOException e) {
            enterAgain(); // Then it goes on.
        }
    }

    private synchronized void goOn() {
        if (!left && isStopped) {
            enterAgain();
        }
    }

    private void enterAgain() {
        isStopped = false;
        keyboard.ifPresent(Keyboard::begin);
        print(ENTER);
    }

    /// Waits, or until somebody presses `q`.
    ///
    /// @return whether to go on
    boolean pause(Duration time) throws InterruptedException {
        if (keyboard.isEmpty()) {
            Thread.sleep(time);
            return true;
        }
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            Optional<Character> key = keyboard.get().key();
            if (key.isPresent() && "qQ".indexOf(key.get()) >= 0) {
                return false;
            }
            if (key.isEmpty()) {
                Thread.sleep(KEY_MILLIS);
            }
        }
        return true;
    }

    /// Shows a picture in place of the one before.
    ///
    /// @return whether it could be written
    synchronized boolean draw(List<Row> picture) {
        if (left) {
            return false;
        }
        if (isStopped) {
            return true;
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
            if (!isStopped) {
                print(LEAVE);
            }
            keyboard.ifPresent(Keyboard::close);
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
