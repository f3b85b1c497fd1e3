package org.greydaemon.history;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;

import org.greydaemon.file.NewFile;
import org.greydaemon.file.RegularFile;
import org.greydaemon.file.StrangeFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The history's file, of fixed size. Confined to one thread at a time.
///
/// ```
/// page 0         a line: what it is, and the names of the columns
/// pages 1 to 16  marks, eight a page
/// then           the rows of all rings, twelve a page: cell, columns, checksum
/// ```
///
/// Nothing lies across two pages of 4096 octets, so what a killed process has begun to write is
/// whole or not there; what a power failure tears has a wrong checksum and is left out. Pages that
/// were never written take no room on the disk.
final class HistoryFile {
    private static final String MAGIC = "greydaemon-history 1 ";
    private static final int PAGE = 4096;
    private static final int MARKS_PER_PAGE = 8;

    /// The most marks; the oldest go.
    static final int MARKS = 128;

    private static final int MARK_SIZE = PAGE / MARKS_PER_PAGE;
    private static final int MARK_TEXT_MAX = MARK_SIZE - 32;
    private static final int ROW_SIZE = Long.BYTES * (1 + Columns.MAX) + Integer.BYTES;
    private static final int ROWS_PER_PAGE = PAGE / ROW_SIZE;
    private static final int FIRST_ROW_PAGE = 1 + MARKS / MARKS_PER_PAGE;

    private final Path file;
    private final int rows;

    /// @param rows how many rows there are
    HistoryFile(Path file, int rows) {
        this.file = file;
        this.rows = rows;
    }

    /// What a file holds.
    ///
    /// @param rows by number
    /// @param marks the oldest first
    /// @param nextMark the number of the next one
    /// @param isWhole whether all of it could be read and has the columns of this version
    /// @param damage what is wrong, for the operator
    record Contents(
            Map<Integer, Ring.Cell> rows,
            List<Mark> marks,
            long nextMark,
            boolean isWhole,
            Optional<String> damage) {
        static Contents nothing(Optional<String> damage) {
            return new Contents(Map.of(), List.of(), 0, false, damage);
        }
    }

    private int size() {
        return PAGE * (FIRST_ROW_PAGE + Math.ceilDiv(rows, ROWS_PER_PAGE));
    }

    private static int offset(int row) {
        return PAGE * (FIRST_ROW_PAGE + row / ROWS_PER_PAGE) + row % ROWS_PER_PAGE * ROW_SIZE;
    }

    private static int markOffset(long number) {
        return PAGE + MARK_SIZE * (int) (number % MARKS);
    }

    /// Reads it; a missing one has nothing, and so has one that makes no sense: that is kept under
    /// another name, as a later version may make sense of it.
    ///
    /// @throws IOException if it cannot be read, or not kept
    Contents read() throws IOException {
        byte[] octets;
        try {
            octets = RegularFile.exists(file) ? RegularFile.read(file, size() + 1) : new byte[0];
        } catch (NoSuchFileException e) {
            octets = new byte[0];
        }
        if (octets.length == 0) {
            return Contents.nothing(Optional.empty());
        }
        int[] columns = octets.length == size() ? columns(octets) : new int[0];
        if (columns.length == 0) {
            Path kept = StrangeFile.path(file);
            Files.move(file, kept, StandardCopyOption.ATOMIC_MOVE);
            return Contents.nothing(
                    Optional.of(
                            "is no history of this version, or damaged; it is kept as "
                                    + kept.getFileName()
                                    + ", and begins anew"));
        }
        return rows(ByteBuffer.wrap(octets), columns);
    }

    /// Where each column of the file goes; -1 for one that this version does not know. None if the
    /// first page makes no sense.
    private static int[] columns(byte[] octets) {
        int end = 0;
        while (end < PAGE && octets[end] != '\n') {
            end++;
        }
        String line = new String(octets, 0, end, US_ASCII);
        if (end == PAGE || !line.startsWith(MAGIC)) {
            return new int[0];
        }
        String[] words = line.substring(MAGIC.length()).split(" ", -1);
        String names = String.join(" ", Arrays.asList(words).subList(1, words.length));
        boolean isSound =
                words.length > 1
                        && words.length <= Columns.MAX + 1
                        && words[0].equals("%08x".formatted(checksum(names.getBytes(US_ASCII))));
        return isSound
                ? Arrays.stream(words).skip(1).mapToInt(Columns.NAMES::indexOf).toArray()
                : new int[0];
    }

    private Contents rows(ByteBuffer from, int[] columns) {
        Map<Integer, Ring.Cell> found = new HashMap<>();
        int damaged = 0;
        for (int i = 0; i < rows; i++) {
            ByteBuffer slot = from.slice(offset(i), ROW_SIZE);
            if (isSound(slot)) {
                found.put(i, row(slot, columns));
            } else if (!isEmpty(slot)) {
                damaged++;
            }
        }
        boolean isAsOurs = columns.length == Columns.COUNT;
        for (int i = 0; i < columns.length; i++) {
            isAsOurs &= columns[i] == i;
        }
        Optional<String> damage =
                damaged == 0
                        ? Optional.empty()
                        : Optional.of("is damaged, and " + damaged + " of its rows are left out");
        List<Numbered> marks = marks(from);
        return new Contents(
                found,
                marks.stream().map(Numbered::mark).toList(),
                marks.isEmpty() ? 0 : marks.getLast().number() + 1,
                isAsOurs && damaged == 0,
                damage);
    }

    private static Ring.Cell row(ByteBuffer slot, int[] columns) {
        long[] values = new long[Columns.COUNT];
        long cell = slot.getLong();
        for (int column : columns) {
            long value = slot.getLong();
            if (column >= 0) {
                values[column] = value;
            }
        }
        return new Ring.Cell(cell, values);
    }

    private static boolean isEmpty(ByteBuffer slot) {
        for (int i = 0; i < slot.limit(); i++) {
            if (slot.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private record Numbered(long number, Mark mark) {}

    private static List<Numbered> marks(ByteBuffer from) {
        List<Numbered> found = new ArrayList<>();
        for (int i = 0; i < MARKS; i++) {
            ByteBuffer slot = from.slice(markOffset(i), MARK_SIZE);
            if (isSound(slot)) {
                long number = slot.getLong();
                mark(slot).ifPresent(mark -> found.add(new Numbered(number, mark)));
            }
        }
        found.sort((a, b) -> Long.compare(a.number(), b.number()));
        return found;
    }

    /// Of a kind that only a later version knows: none.
    private static Optional<Mark> mark(ByteBuffer slot) {
        long time = slot.getLong();
        Optional<Mark.Occasion> kind = Mark.Occasion.of(slot.getInt());
        byte[] text = new byte[Math.clamp(slot.getInt(), 0, MARK_TEXT_MAX)];
        slot.get(text);
        return kind.map(known -> new Mark(time, known, new String(text, UTF_8)));
    }

    private static boolean isSound(ByteBuffer slot) {
        int end = slot.limit() - Integer.BYTES;
        return slot.getInt(end) == checksum(slot.slice(0, end));
    }

    private static int checksum(byte[] octets) {
        return checksum(ByteBuffer.wrap(octets));
    }

    /// Never 0, so that what was never written has none.
    private static int checksum(ByteBuffer octets) {
        CRC32C sum = new CRC32C();
        sum.update(octets);
        return Math.max(1, (int) sum.getValue() & Integer.MAX_VALUE);
    }

    /// What is to be written: octets and their place.
    record Piece(int offset, ByteBuffer octets) {}

    /// A row as the file has it.
    static Piece piece(int number, Ring.Cell row) {
        ByteBuffer octets = ByteBuffer.allocate(ROW_SIZE);
        octets.putLong(row.cell());
        for (long value : row.values()) {
            octets.putLong(value);
        }
        return new Piece(offset(number), sealed(octets));
    }

    /// A mark as the file has it.
    ///
    /// @param number of the mark, counted from the first one on
    static Piece piece(long number, Mark mark) {
        ByteBuffer octets = ByteBuffer.allocate(MARK_SIZE);
        byte[] text = mark.text().getBytes(UTF_8);
        octets.putLong(number).putLong(mark.time()).putInt(mark.kind().letter());
        octets.putInt(text.length).put(text);
        return new Piece(markOffset(number), sealed(octets));
    }

    /// As much of a text as a mark has room for, in whole characters.
    static String cut(String text) {
        int end = Math.min(text.length(), MARK_TEXT_MAX);
        if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
            end--;
        }
        while (text.substring(0, end).getBytes(UTF_8).length > MARK_TEXT_MAX) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end);
    }

    private static ByteBuffer sealed(ByteBuffer octets) {
        int end = octets.limit() - Integer.BYTES;
        octets.putInt(end, checksum(octets.slice(0, end)));
        return octets.clear();
    }

    /// Writes some of it.
    ///
    /// @return false if the file is not there, or another one: all of it has to be written
    /// @throws IOException if it cannot be written
    boolean write(List<Piece> pieces) throws IOException {
        if (!RegularFile.exists(file) || Files.size(file) != size()) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            write(pieces, channel);
        }
        return true;
    }

    /// Writes all of it, to a new file that then takes the place of the old one.
    ///
    /// @throws IOException if it cannot be written; the old file is as it was
    void writeWhole(List<Piece> pieces) throws IOException {
        boolean _ = RegularFile.exists(file); // What is no file is not replaced either.
        NewFile.replace(
                file,
                to -> {
                    write(List.of(new Piece(0, header())), to);
                    write(pieces, to);
                    write(List.of(new Piece(size() - 1, ByteBuffer.allocate(1))), to);
                    to.force(true);
                });
    }

    private static ByteBuffer header() {
        String names = String.join(" ", Columns.NAMES);
        int checksum = checksum(names.getBytes(US_ASCII));
        return US_ASCII.encode(MAGIC + "%08x".formatted(checksum) + " " + names + "\n");
    }

    private static void write(List<Piece> pieces, FileChannel to) throws IOException {
        for (Piece piece : pieces) {
            long at = piece.offset();
            ByteBuffer octets = piece.octets().duplicate();
            while (octets.hasRemaining()) {
                at += to.write(octets, at);
            }
        }
    }
}
