package org.greydaemon.e2e.qmail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The queue that the tests' queue program fills, see qmail/test/recordqueue.
///
/// @param folder where it keeps what it got
record Recorder(Path folder) {
    static final Path PROGRAM = Programs.QMAIL.resolve("test/recordqueue");

    /// A message as the queue has it. NULs in the envelope are written as `|`.
    record Mail(String message, String envelope) {}

    /// All messages that the queue has taken, in their order.
    List<Mail> mails() {
        List<Mail> mails = new ArrayList<>();
        for (int n = 1; Files.exists(folder.resolve(n + ".envelope")); n++) {
            Path message = folder.resolve(n + ".message");
            mails.add(
                    new Mail(
                            Files.exists(message) ? read(message) : "",
                            read(folder.resolve(n + ".envelope")).replace('\0', '|')));
        }
        return mails;
    }

    /// Whether nothing lies about that is not a complete message.
    boolean isTidy() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString())
                    .allMatch(f -> f.matches("started|read|go|\\d+\\.(message|envelope)"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean hasStarted() {
        return Files.exists(folder.resolve("started"));
    }

    /// Environment names and descriptor numbers with which the program started.
    List<String> started() {
        return read(folder.resolve("started")).lines().toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
