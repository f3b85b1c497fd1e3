package org.greydaemon.store.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.mail.Octets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads the save file and the journals at start. Confined to one thread.
///
/// A line that is damaged is reported with its number and skipped. The last line of a journal may
/// be torn, because the process died while it was written: its change was never answered, so it is
/// dropped without a word.
final class Recovery {
    private static final int BUFFER = 1 << 20;

    /// How much of a strange line is reported.
    private static final int SHOWN_MAX = 200;

    /// Receives what the files hold.
    interface Receiver {
        /// One entry, or {@link Memory#NEVER} if it is forgotten; the key is only lent. Later ones
        /// replace earlier ones.
        void entry(Key key, long entry);

        /// A line that is no entry, or its beginning; one octet is one character.
        void strange(Path file, long lineNumber, String line);
    }

    private final Receiver receiver;
    private final EntryLine entryLine = new EntryLine();
    private final Key key = new Key();
    private final JournalLine journalLine = new JournalLine();
    private final byte[] buffer = new byte[BUFFER];
    private final byte[] shown = new byte[SHOWN_MAX];

    Recovery(Receiver receiver) {
        this.receiver = receiver;
    }

    /// Reads the save file; a missing one is empty. Its last line may lack the line end.
    void readSaveFile(Path file) throws IOException {
        read(file, false);
    }

    /// Reads a journal; a missing one is empty.
    ///
    /// @return the octets up to the end of the last whole line
    long readJournal(Path file) throws IOException {
        return read(file, true);
    }

    private long read(Path file, boolean isJournal) throws IOException {
        long number = 0;
        long good = 0;
        int length = 0;
        StoreFiles.requireNoPipe(file);
        try (InputStream in = Files.newInputStream(file)) {
            for (int n; (n = in.read(buffer, length, BUFFER - length)) >= 0; ) {
                length += n;
                int from = 0;
                for (int end;
                        (end = Octets.indexOf(buffer, from, length, '\n')) >= 0;
                        from = end + 1) {
                    line(file, ++number, from, end, isJournal);
                    good += end + 1 - from;
                }
                if (from == 0 && length == BUFFER) {
                    receiver.strange(file, number + 1, "a line of more than " + BUFFER + " octets");
                    good += length;
                    from = length;
                }
                System.arraycopy(buffer, from, buffer, 0, length - from);
                length -= from;
            }
        } catch (NoSuchFileException e) {
            return 0;
        }
        if (length > 0 && !isJournal) {
            line(file, number + 1, 0, length, false);
        }
        return good;
    }

    private void line(Path file, long number, int from, int to, boolean isJournal) {
        if (isJournal && JournalLine.isHeader(buffer, from, to)) {
            return;
        }
        // Parsing unescapes in place, so the text for a report is kept from before.
        int shownLength = Math.min(to - from, SHOWN_MAX);
        System.arraycopy(buffer, from, shown, 0, shownLength);
        int end = isJournal ? journalLine.entryEnd(buffer, from, to) : to;
        long entry = end < 0 ? EntryLine.STRANGE : entryLine.parse(buffer, from, end, key);
        if (entry == EntryLine.STRANGE || (entry == Memory.NEVER && !isJournal)) {
            receiver.strange(file, number, new String(shown, 0, shownLength, ISO_8859_1));
        } else {
            receiver.entry(key, entry);
        }
    }
}
