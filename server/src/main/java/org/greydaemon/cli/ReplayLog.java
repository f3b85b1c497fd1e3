package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.replay.DatedLine;
import org.greydaemon.replay.DatedLines;
import org.greydaemon.replay.LogForm;
import org.greydaemon.replay.ReadLines;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/// A file of a log that is read line by line, compressed by gzip or not. Confined to one thread.
final class ReplayLog implements AutoCloseable {
    private static final String STANDARD_INPUT = "-";

    /// How many lines show what wrote the log.
    private static final int FIRST_LINES = 1000;

    private final String file;
    private final InputLines lines;
    private final Queue<InputLines.InputLine> first = new ArrayDeque<>();
    private final Set<LogForm> forms;
    private final DatedLines dated;
    private final ReadLines counted;
    private final long written;

    private ReplayLog(String file, InputLines lines, ReadLines counted) throws IOException {
        this.file = file;
        written = written(file);
        this.lines = lines;
        this.counted = counted;
        List<String> texts = new ArrayList<>();
        while (first.size() < FIRST_LINES) {
            Optional<InputLines.InputLine> line = lines.line();
            if (line.isEmpty()) {
                break;
            }
            first.add(line.get());
            line.get().text().ifPresent(texts::add);
        }
        forms = LogForm.of(texts);
        dated =
                new DatedLines(
                        file, ZoneId.systemDefault(), System.currentTimeMillis() / 1000, counted);
    }

    /// Opens a log.
    ///
    /// @param file its path; `-` is standard input
    /// @throws MistakeException if it cannot be read
    static ReplayLog open(String file, ReadLines counted) throws MistakeException {
        try {
            InputStream raw =
                    new BufferedInputStream(
                            file.equals(STANDARD_INPUT)
                                    ? System.in
                                    : Files.newInputStream(Path.of(file)));
            InputStream plain = unpacked(file, raw);
            try {
                return new ReplayLog(file, new InputLines(inLines(plain)), counted);
            } catch (IOException e) {
                plain.close();
                throw e;
            }
        } catch (InvalidPathException e) {
            throw new MistakeException(file, "this is no path", "name a file");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static long written(String file) throws IOException {
        Path path = Path.of(file.equals(STANDARD_INPUT) ? "/dev/stdin" : file);
        return Files.isRegularFile(path)
                ? Files.getLastModifiedTime(path).toMillis() / 1000
                : System.currentTimeMillis() / 1000;
    }

    private static MistakeException unreadable(String file, IOException e) {
        return switch (e) {
            case NoSuchFileException _ ->
                    new MistakeException(file, "there is no such file", "name a log");
            case AccessDeniedException _ ->
                    new MistakeException(
                            file,
                            "this user may not read it",
                            "be root or in the group that may (adm)");
            default -> new MistakeException(file, "it cannot be read: " + e.getMessage(), "");
        };
    }

    /// @param plain which can go back to its begin
    private static InputStream inLines(InputStream plain) throws IOException {
        int length = JournalExport.BEGIN.length();
        plain.mark(length);
        String begin = new String(plain.readNBytes(length), ISO_8859_1);
        plain.reset();
        return begin.equals(JournalExport.BEGIN) ? new JournalExport(plain) : plain;
    }

    private static InputStream unpacked(String file, InputStream raw)
            throws IOException, MistakeException {
        raw.mark(PackedFile.START);
        Optional<PackedFile> packed = PackedFile.of(raw.readNBytes(PackedFile.START));
        raw.reset();
        try {
            if (packed.isPresent() && packed.get() != PackedFile.GZIP) {
                throw packed.get().refusal(file, "replay");
            }
            return packed.isPresent() ? new BufferedInputStream(new GZIPInputStream(raw)) : raw;
        } catch (IOException | MistakeException e) {
            raw.close();
            throw e;
        }
    }

    /// The next line that has a time; empty at the end.
    ///
    /// @throws MistakeException if it cannot be read
    Optional<DatedLine> next() throws MistakeException {
        try {
            while (true) {
                Optional<InputLines.InputLine> line =
                        first.isEmpty() ? lines.line() : Optional.of(first.remove());
                if (line.isEmpty()) {
                    return Optional.empty();
                }
                Optional<DatedLine> read = read(line.get());
                if (read.isPresent()) {
                    return read;
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private Optional<DatedLine> read(InputLines.InputLine line) {
        if (line.text().isPresent()) {
            return dated.of(line.number(), line.text().get());
        }
        counted.line();
        counted.malformed(
                file + ":" + line.number(),
                "it has more than " + InputLines.LINE_MAX + " octets, and is left out");
        return Optional.empty();
    }

    /// Its path.
    String file() {
        return file;
    }

    /// Of what its first lines are, in the order in which they are wanted.
    Set<LogForm> forms() {
        return forms;
    }

    /// Whether there is nothing in it.
    boolean isEmpty() {
        return first.isEmpty();
    }

    /// When it was written to last, in seconds; for a pipe, now.
    long written() {
        return written;
    }

    /// Whether a log that has just been rotated may be as this one: it has a few lines at most, and
    /// all that are not blank have a time.
    boolean isBegun() {
        return first.size() < FIRST_LINES
                && first.stream().allMatch(line -> line.text().filter(DatedLines::isDated).isPresent());
    }

    /// Why it is not read, if nobody knows what wrote it.
    MistakeException unknown() {
        return new MistakeException(
                file,
                "it cannot be read: none of its first "
                        + first.size()
                        + " lines is greydaemon's, Postfix' or Exim's",
                "name a mail log, or the log of greydaemon");
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
