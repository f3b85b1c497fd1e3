package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.replay.LogForm;
import org.greydaemon.replay.ReadLines;
import org.greydaemon.replay.Recorded;
import org.greydaemon.replay.Recording;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.zip.GZIPInputStream;

/// A log that is read attempt by attempt, compressed by gzip or not. Confined to one thread.
final class ReplayLog implements AutoCloseable {
    private static final String STANDARD_INPUT = "-";

    /// How many lines show what wrote the log.
    private static final int FIRST_LINES = 1000;

    private final String file;
    private final InputLines lines;
    private final Queue<InputLines.InputLine> first = new ArrayDeque<>();
    private final LogForm form;
    private final Recording recording;
    private final ReadLines counted;
    private boolean over;

    private ReplayLog(String file, InputLines lines, ReadLines counted) throws IOException {
        this.file = file;
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
        // One that has just been rotated is empty, and as good as any.
        form =
                (first.isEmpty() ? Optional.of(LogForm.DECISIONS) : LogForm.of(texts))
                        .orElseThrow(() ->
                                new IOException(
                                        "none of its first "
                                                + first.size()
                                                + " lines is greydaemon's, Postfix' or Exim's; name"
                                                + " a mail log, or the log of greydaemon"));
        recording =
                new Recording(
                        form, ZoneId.systemDefault(), System.currentTimeMillis() / 1000, counted);
    }

    /// Opens a log.
    ///
    /// @param file its path; `-` is standard input
    /// @throws IOException if it cannot be read, or nobody knows what wrote it
    /// @throws MistakeException if it is packed otherwise than by gzip
    static ReplayLog open(String file, ReadLines counted) throws IOException, MistakeException {
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

    /// The next attempt; empty at the end.
    Optional<Recorded> next() throws IOException {
        while (true) {
            Optional<Recorded> ready = recording.next();
            if (ready.isPresent() || over) {
                return ready;
            }
            Optional<InputLines.InputLine> line =
                    first.isEmpty() ? lines.line() : Optional.of(first.remove());
            if (line.isEmpty()) {
                over = true;
                recording.end();
            } else {
                read(line.get());
            }
        }
    }

    private void read(InputLines.InputLine line) {
        if (line.text().isEmpty()) {
            counted.line();
            counted.malformed(
                    file + ":" + line.number(),
                    "it has more than " + InputLines.LINE_MAX + " octets, and is left out");
        } else {
            recording.line(file, line.number(), line.text().get());
        }
    }

    /// Its path.
    String file() {
        return file;
    }

    /// What wrote it.
    LogForm form() {
        return form;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
