package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The keys of the terminal, one by one as they are pressed, and not shown. Ctrl-C and Ctrl-Z
/// remain signals. Safe for use by several threads.
final class Keyboard implements AutoCloseable {
    private static final File TERMINAL = new File("/dev/tty");

    private static final List<String> ONE_BY_ONE = List.of("-icanon", "-echo");

    private final InputStream keys;
    private final String before;

    private Keyboard(InputStream keys, String before) {
        this.keys = keys;
        this.before = before;
    }

    /// Opens it.
    ///
    /// @return empty if there is no terminal to type on
    static Optional<Keyboard> open() {
        try {
            Optional<String> before = stty(List.of("-g"));
            if (before.isEmpty()) {
                return Optional.empty();
            }
            Keyboard keyboard = new Keyboard(new FileInputStream(TERMINAL), before.get());
            keyboard.begin();
            return Optional.of(keyboard);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// From now on keys come one by one.
    void begin() {
        Optional<String> _ = stty(ONE_BY_ONE); // Else they come when Enter is pressed.
    }

    /// The terminal is as it was.
    void end() {
        Optional<String> _ = stty(List.of(before));
    }

    /// The next key that was pressed. Never waits: who begins to read while the terminal still
    /// takes whole lines gets no single key afterwards either (Ctrl-Z and back).
    ///
    /// @return empty if there is none
    Optional<Character> key() {
        try {
            int key = keys.available() > 0 ? keys.read() : -1;
            return key < 0 ? Optional.empty() : Optional.of((char) key);
        } catch (IOException e) {
            return Optional.empty(); // The terminal is gone.
        }
    }

    private static Optional<String> stty(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(arguments);
        try {
            Process stty =
                    new ProcessBuilder(command)
                            .redirectInput(TERMINAL)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String said = new String(stty.getInputStream().readAllBytes(), US_ASCII).strip();
            return stty.waitFor() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        end();
        try {
            keys.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }
}
