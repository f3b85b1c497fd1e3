package org.greydaemon.cli;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.replay.DatedLine;
import org.greydaemon.replay.DatedLines;
import org.greydaemon.replay.LogForm;
import org.greydaemon.replay.ReadLines;
import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.zip.ZipException;

/// A file of a log that is read line by line, packed or not. Confined to one thread.
final class ReplayLog implements AutoCloseable {
    /// How many lines show what wrote the log.
    private static final int FIRST_LINES = 1000;

    private final String file;
    private final LogSource source;
    private final Queue<InputLines.InputLine> first = new ArrayDeque<>(); // Not handed out yet.
    private final Set<LogForm> forms;
    private final DatedLines dated;
    private final ReadLines counted;
    private final int looked; // How many lines were looked at first.
    private final int kept; // And how many of them were kept meanwhile.
    private final boolean isBegun;
    private @Nullable InputLines lines; // None as long as it was left, and at the end.
    private boolean over;

    private ReplayLog(String file, LogSource source, ReadLines counted)
            throws IOException, MistakeException {
        this.file = file;
        this.source = source;
        this.counted = counted;
        InputLines begin = new InputLines(source.begin());
        List<String> texts = new ArrayList<>();
        while (first.size() < FIRST_LINES && !over) {
            Optional<InputLines.InputLine> line = begin.line();
            line.ifPresent(first::add);
            line.flatMap(InputLines.InputLine::text).ifPresent(texts::add);
            over = line.isEmpty();
        }
        looked = first.size();
        forms = LogForm.of(texts);
        isBegun =
                looked < FIRST_LINES
                        && first.stream()
                                .allMatch(line ->
                                        line.text().filter(DatedLines::isDated).isPresent());
        if (looked > 0 && source.canBeLeft()) {
            source.leave();
            over = false;
            keepToFirstTime();
        } else {
            lines = begin;
        }
        kept = first.size();
        dated = new DatedLines(file, ZoneId.systemDefault(), source.written() / 1000, counted);
        if (texts.stream().anyMatch(DatedLines::isYearless)) {
            dated.goThrough(source.samples());
        }
    }

    /// Any number of logs may wait for their turn: of one that is read anew then only the lines are
    /// kept that tell when it begins.
    private void keepToFirstTime() {
        List<InputLines.InputLine> all = List.copyOf(first);
        first.clear();
        for (InputLines.InputLine line : all) {
            first.add(line);
            if (line.text().filter(DatedLines::hasTime).isPresent()) {
                return;
            }
        }
    }

    /// Opens a log.
    ///
    /// @param file its path; `-` is standard input
    /// @throws MistakeException if it cannot be read
    static ReplayLog open(String file, ReadLines counted) throws MistakeException {
        try {
            LogSource source = LogSource.open(file);
            try {
                return new ReplayLog(file, source, counted);
            } catch (IOException | MistakeException e) {
                source.close();
                throw e;
            }
        } catch (InvalidPathException e) {
            throw new MistakeException(file, "this is no path", "name a file");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
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
            case UnpackingProgram.DamagedException damaged -> damaged(file, damaged);
            case EOFException _, ZipException _ ->
                    damaged(
                            file,
                            new UnpackingProgram.DamagedException(
                                    PackedFile.GZIP,
                                    e.getMessage() == null ? "it ends" : e.getMessage()));
            default -> new MistakeException(file, "it cannot be read: " + e.getMessage(), "");
        };
    }

    private static MistakeException damaged(String file, UnpackingProgram.DamagedException why) {
        return new MistakeException(file, why.problem(), "copy it anew, or leave it out");
    }

    /// The next line that has a time; null at the end.
    ///
    /// @throws MistakeException if it cannot be read
    @Nullable DatedLine next() throws MistakeException {
        try {
            while (true) {
                Optional<InputLines.InputLine> line =
                        first.isEmpty() ? more() : Optional.of(first.remove());
                if (line.isEmpty()) {
                    return null;
                }
                DatedLine read = read(line.get());
                if (read != null) {
                    return read;
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /// The next line behind those that were kept.
    private Optional<InputLines.InputLine> more() throws IOException, MistakeException {
        if (over) {
            return Optional.empty();
        }
        if (lines == null) {
            lines = new InputLines(source.begin());
            for (int i = 0; i < kept; i++) {
                lines.line();
            }
        }
        Optional<InputLines.InputLine> line = lines.line();
        if (line.isEmpty()) {
            over = true;
            source.close();
        }
        return line;
    }

    private @Nullable DatedLine read(InputLines.InputLine line) {
        if (line.text().isPresent()) {
            return dated.of(line.number(), line.text().get());
        }
        counted.line();
        counted.malformed(
                file + ":" + line.number(),
                "it has more than " + InputLines.LINE_MAX + " octets, and is left out");
        return null;
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
        return looked == 0;
    }

    /// When it was written to last, in milliseconds; now, if nobody knows.
    long written() {
        return source.written();
    }

    /// Whether a log that has just been rotated may be as this one: it has a few lines at most, and
    /// all that are not blank have a time.
    boolean isBegun() {
        return isBegun;
    }

    /// Why it is not read, if nobody knows what wrote it.
    MistakeException unknown() {
        return new MistakeException(
                file,
                "it cannot be read: none of its first "
                        + looked
                        + " lines is greydaemon's, Postfix' or Exim's",
                "name a mail log, or the log of greydaemon");
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
