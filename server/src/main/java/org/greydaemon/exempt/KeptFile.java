package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.file.RegularFile;
import org.greydaemon.mistake.MistakeException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A file beside the save file that the daemon itself writes, a line each as in exemption files.
/// Stateless.
final class KeptFile {
    private static final int REASON_MAX = 200;

    // Half a character too, as a cut can leave one: the file could not have it.
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

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
            Path kept = file.resolveSibling(file.getFileName() + ".strange");
            try {
                keep(kept);
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

        /// By a second name, which needs no room on a full disk: what is written later is a new
        /// file.
        private void keep(Path kept) throws IOException {
            Files.deleteIfExists(kept);
            try {
                Files.createLink(kept, file.toRealPath());
            } catch (FileSystemException | UnsupportedOperationException e) {
                Files.copy(file, kept); // Its file system has none, or it lies on another one.
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

    /// Makes the names in a folder survive a power failure.
    interface FolderForce {
        /// Does it.
        ///
        /// @throws IOException if that does not work
        void force(Path folder) throws IOException;
    }

    /// Writes the lines to a new file that then takes the place of the old one.
    ///
    /// @param onProblem hears if it has taken that place, but could lose it in a power failure
    /// @throws IOException if that does not work; the old file is as it was
    static void write(Path file, List<String> lines, Consumer<String> onProblem)
            throws IOException {
        write(file, lines, KeptFile::force, onProblem);
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /// As the other one.
    ///
    /// @param folder forces the file's name
    static void write(Path file, List<String> lines, FolderForce folder, Consumer<String> onProblem)
            throws IOException {
        Path newFile = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(newFile); // Whatever it is: opening a pipe would wait.
        try {
            writeNew(newFile, lines);
            Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            remove(newFile, e);
            throw e;
        }
        try {
            // Else a power failure could bring back what the name led to before.
            folder.force(Objects.requireNonNull(file.toAbsolutePath().getParent()));
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

    private static void writeNew(Path newFile, List<String> lines) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        newFile,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        MODE)) {
            ByteBuffer text = UTF_8.encode(String.join("\n", lines) + "\n");
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
    }

    /// On a full disk it would keep what the journal needs.
    private static void remove(Path newFile, IOException why) {
        try {
            Files.deleteIfExists(newFile);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }
}
