package org.greydaemon.exempt;

import org.greydaemon.file.RegularFile;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A white list or an exemption file while it is read, line by line, and all that is wrong with it.
/// Confined to one thread.
final class ListFile {
    /// The most bad lines that are reported one by one.
    static final int PROBLEMS_MAX = 20;

    /// The most octets of a file.
    static final long BYTES_MAX = 64 << 20;

    /// With so many bad lines a file is no list, and is read no further.
    private static final int BAD_MAX = 10_000;

    private final String source;
    private final LineTaker taker;
    private final List<Mistake> mistakes = new ArrayList<>();
    private int unnamed;
    private int number;

    /// Takes a line.
    interface LineTaker {
        /// Takes one.
        ///
        /// @param number from 1
        /// @throws MistakeException if it cannot be meant
        void take(int number, String line) throws MistakeException;
    }

    private ListFile(String source, LineTaker taker) {
        this.source = source;
        this.taker = taker;
    }

    /// Reads a file: lines in UTF-8, or else in ISO 8859-1, see {@link NormalForm}.
    ///
    /// @throws MistakeException if it cannot be read, or holds a line that cannot be meant; it
    ///   names the first 20 of such lines
    static void read(Path file, LineTaker taker) throws MistakeException {
        ListFile list = new ListFile(file.toString(), taker);
        boolean isAll;
        try (InputStream in = RegularFile.open(file)) {
            isAll =
                    OctetLines.read(
                            in,
                            BYTES_MAX,
                            octets -> {
                                list.take(octets);
                                return !list.isEnough();
                            });
        } catch (NoSuchFileException e) {
            throw unusable(file, "there is no such file", "make it, an empty one will do");
        } catch (AccessDeniedException e) {
            throw unusable(file, "this user may not read it", "change its mode or owner");
        } catch (IOException e) {
            throw unusable(file, "it cannot be read: " + e.getMessage(), "name a readable file");
        }
        if (!isAll && !list.isEnough()) {
            throw unusable(file, "it is longer than 64 MiB", "write wider prefixes");
        }
        list.throwProblems();
    }

    /// Reads lines.
    ///
    /// @param source what to call the file in messages
    /// @throws MistakeException if a line cannot be meant; it names the first 20 of such lines
    static void read(String source, List<String> lines, LineTaker taker) throws MistakeException {
        ListFile list = new ListFile(source, taker);
        lines.forEach(list::take);
        list.throwProblems();
    }

    /// The lines of a file that the daemon writes, in whatever encoding each of them may be.
    static List<byte[]> lines(byte[] content) {
        List<byte[]> lines = new ArrayList<>();
        try {
            OctetLines.read(new ByteArrayInputStream(content), Long.MAX_VALUE, lines::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private boolean isEnough() {
        return unnamed >= BAD_MAX;
    }

    private void take(byte[] octets) {
        if (OctetLines.isCut(octets)) {
            number += 1;
            problems(OctetLines.tooLong());
        } else {
            take(NormalForm.decoded(octets));
        }
    }

    private void take(String line) {
        number += 1;
        try {
            taker.take(number, line);
        } catch (MistakeException e) {
            problems(e);
        }
    }

    private static MistakeException unusable(Path file, String problem, String remedy) {
        return new MistakeException(file.toString(), problem, remedy);
    }

    private void problems(MistakeException what) {
        for (Mistake each : what.mistakes()) {
            if (mistakes.size() < PROBLEMS_MAX) {
                mistakes.add(
                        new Mistake(
                                source + ":" + number,
                                EscapedText.shown(each.problem()),
                                EscapedText.shown(each.remedy())));
            } else {
                unnamed += 1;
            }
        }
    }

    private void throwProblems() throws MistakeException {
        if (unnamed > 0) {
            String count = isEnough() ? "more than " + BAD_MAX : "" + unnamed;
            mistakes.add(new Mistake(source, "bad lines not named here: " + count, ""));
        }
        if (!mistakes.isEmpty()) {
            throw new MistakeException(mistakes);
        }
    }
}
