package org.greydaemon.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// How far long work is: one line on a terminal, written over at most four times a second, and gone
/// when the work is done. Confined to one thread.
final class Progress implements AutoCloseable {
    private static final long STEP_NANOS = 250_000_000;

    private final PrintWriter terminal;
    private final boolean shown;
    private final LongSupplier nanoTime;
    private long next;
    private int width;

    /// @param shown whether to write anything at all
    Progress(PrintWriter terminal, boolean shown, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.shown = shown;
        this.nanoTime = nanoTime;
        next = nanoTime.getAsLong() + STEP_NANOS;
    }

    /// Whether a standard stream of this process is a terminal. Java itself tells only whether
    /// input and output both are.
    ///
    /// @param stream 0, 1 or 2
    static boolean isTerminal(int stream) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
            return file.startsWith("/dev/pts/")
                    || file.startsWith("/dev/tty")
                    || file.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /// Says how far it is, if it is time to.
    void at(Supplier<String> text) {
        if (!shown || nanoTime.getAsLong() - next < 0) {
            return;
        }
        String line = text.get();
        terminal.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        terminal.flush();
        width = line.length();
        next = nanoTime.getAsLong() + STEP_NANOS;
    }

    @Override
    public void close() {
        if (width > 0) {
            terminal.print("\r" + " ".repeat(width) + "\r");
            terminal.flush();
        }
    }
}
