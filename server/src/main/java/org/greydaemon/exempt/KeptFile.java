package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.file.NewFile;
import org.greydaemon.file.RegularFile;
import org.greydaemon.file.StrangeFile;
import org.greydaemon.mistake.MistakeException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A file beside the save file that the daemon itself writes, a line each as in exemption files.
/// Stateless.
final class KeptFile {
    private static final int REASON_MAX = 200;

    // Half a character too, as a cut can leave one: the file could not have it.
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private KeptFile() {}

    /// Takes a line.
    interface Taker {
        /// Takes one.
        ///
        /// @throws MistakeException if it cannot be meant
        void take(String place, String line) throws MistakeException;
    }

    /// Reads it. A file that is damaged, whatever has damaged it, stops nobody: what can still be
    /// read is in force. The next change writes only that, so the file is kept as it was: it may be
    /// the only copy of something, if a hand has erred, a disk, or a newer version wrote it.
    ///
    /// @param onProblem hears of lines that cannot be meant, which are left out
    /// @throws IOException if there is a file and this user cannot read it
    static void read(Path file, Taker taker, Consumer<String> onProblem) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            onProblem.accept(
                    file
                            + ": it is no file, so nothing of greyctl's is in force; move it away,"
                            + " and say it anew");
            return;
        }
        LinesRead lines = new LinesRead(file, taker, onProblem);
        try (InputStream in = RegularFile.open(file)) {
            if (!OctetLines.read(in, ListFile.BYTES_MAX, lines)) {
                lines.left++;
                onProblem.accept(
                        file
                                + ": it is longer than 64 MiB, so it is damaged, and what comes"
                                + " then is left out");
            }
        } catch (NoSuchFileException e) {
            return;
        }
        lines.end();
    }

    /// What was read. Confined to one thread.
    private static final class LinesRead implements Predicate<byte[]> {
        private final Path file;
        private final Taker taker;
        private final Consumer<String> onProblem;
        private int number;
        private int left;

        LinesRead(Path file, Taker taker, Consumer<String> onProblem) {
            this.file = file;
            this.taker = taker;
            this.onProblem = onProblem;
        }

        @Override
        public boolean test(byte[] line) {
            Optional<String> problem = take(file + ":" + ++number, line, taker);
            left += problem.isPresent() ? 1 : 0;
            if (left <= ListFile.PROBLEMS_MAX) {
                problem.ifPresent(onProblem);
            }
            return true;
        }

        void end() {
            if (left > ListFile.PROBLEMS_MAX) {
                onProblem.accept(
                        file + ": damaged lines not named here: " + (left - ListFile.PROBLEMS_MAX));
            }
            if (left > 0) {
                keep();
            }
        }

        private void keep() {
            Path kept = StrangeFile.path(file);
            try {
                Path _ = StrangeFile.keep(file, true);
                onProblem.accept(
                        file
                                + ": as it was, it is kept as "
                                + kept.getFileName()
                                + "; say what was left out anew by greyctl");
            } catch (IOException e) {
                onProblem.accept(
                        file
                                + ": cannot be kept as "
                                + kept.getFileName()
                                + " ("
                                + e
                                + "), and the next change leaves out what was left out; copy it"
                                + " now, and say that anew by greyctl");
            }
        }
    }

    /// @return what is wrong with the line; empty if nothing is
    private static Optional<String> take(String place, byte[] octets, Taker taker) {
        if (OctetLines.isCut(octets)) {
            return Optional.of(
                    OctetLines.tooLong().mistakes().getFirst().at(place) + " (left out)");
        }
        String line = NormalForm.decoded(octets);
        if (!Arrays.equals(line.getBytes(UTF_8), octets)) {
            return Optional.of(
                    place + ": it has octets that are no UTF-8, so it is damaged (left out)");
        }
        try {
            taker.take(place, line);
            return Optional.empty();
        } catch (MistakeException e) {
            return Optional.of(e.mistakes().getFirst().at(place) + " (left out)");
        }
    }

    /// The lines that are read of one that is written so: only what is read as it was said may be
    /// accepted, else it would be gone with the next start.
    ///
    /// @throws MistakeException if it cannot be read again
    static List<ExemptionLine> readAgain(String line) throws MistakeException {
        if (UNPRINTABLE.matcher(line).find()) {
            throw new MistakeException("it has characters that nobody sees", "take them out");
        }
        List<ExemptionLine> all = new ArrayList<>();
        for (byte[] octets : ListFile.lines((line + "\n").getBytes(UTF_8))) {
            ExemptionFile.parse("", NormalForm.decoded(octets)).ifPresent(all::add);
        }
        return all;
    }

    /// A line of the file.
    static String line(Exemption its) {
        return its.text()
                + (its.until() == Exemption.FOREVER
                        ? ""
                        : " until " + Instant.ofEpochSecond(its.until()))
                + (its.reason().isEmpty() ? "" : " # " + its.reason());
    }

    /// A reason in one line: the file has a line for each, and a terminal shows what it is told.
    static String reason(String text) {
        String cut = text.substring(0, Math.min(text.length(), REASON_MAX));
        return UNPRINTABLE.matcher(cut).replaceAll(" ").strip();
    }

    /// Makes a file's name survive a power failure.
    interface NameForce {
        /// Does it.
        ///
        /// @throws IOException if that does not work
        void force(Path file) throws IOException;
    }

    /// Writes the lines to a new file that then takes the place of the old one.
    ///
    /// @param onProblem hears if it has taken that place, but could lose it in a power failure
    /// @throws IOException if that does not work; the old file is as it was
    static void write(Path file, List<String> lines, Consumer<String> onProblem)
            throws IOException {
        write(file, lines, NewFile::forceName, onProblem);
    }

    /// As the other one.
    ///
    /// @param name forces the file's name
    static void write(Path file, List<String> lines, NameForce name, Consumer<String> onProblem)
            throws IOException {
        NewFile.replace(
                file,
                to -> {
                    NewFile.write(UTF_8.encode(String.join("\n", lines) + "\n"), to);
                    to.force(true);
                });
        try {
            name.force(file); // Else a power failure could bring back what it led to before.
        } catch (IOException e) {
            // The next start reads the new file, so nobody may be told that nothing has changed.
            onProblem.accept(
                    file
                            + ": is written, but its folder cannot be forced to the disk ("
                            + e
                            + "): a power failure may bring back what it said before; see what is"
                            + " wrong with the disk, and that this user may read the folder");
        }
    }
}
