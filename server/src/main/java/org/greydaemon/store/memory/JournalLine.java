package org.greydaemon.store.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;

import java.util.Arrays;
import java.util.zip.CRC32C;

/// One change as a line of the journal: the entry as it stands in the save file and the CRC-32C of
/// that text (docs/adr/0003).
///
/// ```
/// G 1700000000 192.0.2.1 alice@example.org bob@example.net a2640727
/// ```
///
/// A line says what an entry is, not how it changed, so a line that is read twice, or over a newer
/// save file, does no harm. Confined to one thread.
final class JournalLine {
    private static final int CHECKSUM_LENGTH = 8;

    /// The octets behind the entry: a blank, the checksum, the end.
    static final int TAIL = CHECKSUM_LENGTH + 2;

    /// The most octets of a line, with its end.
    static final int LENGTH_MAX = EntryLine.LENGTH_MAX + TAIL;

    private static final byte[] HEADER = "# greydaemon journal 1\n".getBytes(ISO_8859_1);

    private final CRC32C crc = new CRC32C();
    private final byte[] checksum = new byte[CHECKSUM_LENGTH];

    /// The first line of a journal, with its end, and of what follows where something is lacking: a
    /// save file that is named behind it has what stands before it (docs/adr/0016). A new copy.
    static byte[] header() {
        return HEADER.clone();
    }

    /// Whether a line, without its end, is the first line of a journal.
    static boolean isHeader(byte[] line, int from, int to) {
        return Arrays.equals(line, from, to, HEADER, 0, HEADER.length - 1);
    }

    /// Writes a line with its end.
    ///
    /// @param entry what is remembered, or {@link Memory#NEVER} if it is forgotten
    /// @param wallOffset what to add to the entry's time, in seconds
    /// @param to must have room for {@link #LENGTH_MAX} octets from `at` on
    /// @return the index after the last octet written
    int write(Key key, long entry, long wallOffset, byte[] to, int at) {
        int end =
                entry == Memory.NEVER
                        ? EntryLine.writeForgotten(key, to, at)
                        : EntryLine.write(key, entry, wallOffset, to, at);
        summarise(to, at, end);
        to[end++] = ' ';
        System.arraycopy(checksum, 0, to, end, CHECKSUM_LENGTH);
        end += CHECKSUM_LENGTH;
        to[end++] = '\n';
        return end;
    }

    /// Where the entry of a line, which comes without its end, ends.
    ///
    /// @return -1 if the line is not what was written
    int entryEnd(byte[] line, int from, int to) {
        int end = to - CHECKSUM_LENGTH - 1;
        if (end <= from || line[end] != ' ') {
            return -1;
        }
        summarise(line, from, end);
        return Arrays.equals(checksum, 0, CHECKSUM_LENGTH, line, end + 1, to) ? end : -1;
    }

    private void summarise(byte[] text, int from, int to) {
        crc.reset();
        crc.update(text, from, to - from);
        int value = (int) crc.getValue();
        for (int i = 0; i < CHECKSUM_LENGTH; i++) {
            checksum[i] = EntryLine.HEX[value >>> (28 - 4 * i) & 0xf];
        }
    }
}
