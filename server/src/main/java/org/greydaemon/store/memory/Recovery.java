package org.greydaemon.store.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.file.RegularFile;
import org.greydaemon.mail.Octets;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

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
        /// One entry, or {@link Memory#NEVER} if it is forgotten; the key is only lent.
        ///
        /// @param isLater whether it replaces what was received before; otherwise only if its time
        ///   is later
        void entry(Key key, long entry, boolean isLater);

        /// A line that is no entry, or its beginning; one octet is one character.
        void strange(Path file, long lineNumber, String line);
    }

    /// Looks at lines in {@link #buffer}.
    private interface Lines {
        /// One line, without its end.
        ///
        /// @return whether to go on
        boolean line(long number, int from, int to);
    }

    private final Receiver receiver;
    private final EntryLine entryLine = new EntryLine();
    private final Key key = new Key();
    private final JournalLine journalLine = new JournalLine();
    private final byte[] buffer = new byte[BUFFER];
    private final byte[] shown = new byte[SHOWN_MAX];
    private final CRC32C checksum = new CRC32C();
    private long octets;

    // The save file that the journal read last names last.
    private @Nullable FileIdentity lastNamed;

    // What is left of a file behind its last line end.
    private int rest;

    Recovery(Receiver receiver) {
        this.receiver = receiver;
    }

    /// What a start has found.
    ///
    /// @param saveFile what the save file is
    /// @param naming how the journal names it
    /// @param isBehind whether a newer one was written, and the journal that was made superfluous
    ///   by that is gone
    /// @param journalEnd where the journal's last whole line ends
    /// @param isNothing whether there is no file at all
    record FoundFiles(
            FileIdentity saveFile,
            Naming naming,
            boolean isBehind,
            long journalEnd,
            boolean isNothing) {
        /// Whether the journal belongs to the save file.
        boolean belongs() {
            return naming.belongs();
        }

        /// The same when the journal has grown.
        FoundFiles endingAt(long end) {
            return new FoundFiles(saveFile, naming, isBehind, end, isNothing);
        }
    }

    /// Reads save file, old journal and journal, in this order.
    FoundFiles readAll(Path file) throws IOException {
        Path old = JournalFiles.oldPath(file);
        Path newest = JournalFiles.path(file);
        boolean isNothing =
                !RegularFile.exists(file)
                        && !RegularFile.exists(old)
                        && !RegularFile.exists(newest);
        FileIdentity saveFile = readSaveFile(file, true);
        Named named = named(newest, saveFile);
        Named oldNamed = named(old, saveFile);
        boolean isSuperfluous = !oldNamed.belongs() && named.naming() == Naming.LATER;
        if (!isSuperfluous) { // Otherwise the save file has all of it.
            long _ = readJournal(old, oldNamed.belongs(), 0, oldNamed.firstLine());
        }
        long end = readJournal(newest, named.belongs(), 0, named.firstLine());
        boolean isFollowed = lastNamed != null && !saveFile.equals(lastNamed);
        boolean isBehind = isFollowed && !RegularFile.exists(old);
        return new FoundFiles(saveFile, named.naming(), isBehind, end, isNothing);
    }

    /// Reads a save file; a missing one is empty. Its last line may lack the line end.
    ///
    /// @param isLater whether its lines replace what was received before, as those of one file do
    FileIdentity readSaveFile(Path file, boolean isLater) throws IOException {
        Lines lines =
                (number, from, to) -> {
                    if (number > 1 || Superseded.of(buffer, from, to) == null) {
                        entry(file, number, from, to, to, isLater);
                    }
                    return true;
                };
        long number = read(file, lines);
        if (rest > 0) {
            lines.line(number + 1, 0, rest);
        }
        return new FileIdentity(octets, (int) checksum.getValue());
    }

    /// What a rescue file stands in the place of; null if it does not say.
    @Nullable Superseded superseded(Path rescue) throws IOException {
        @Nullable Superseded[] found = {null};
        read(
                rescue,
                (_, from, to) -> {
                    found[0] = Superseded.of(buffer, from, to);
                    return false;
                });
        return found[0];
    }

    /// How a journal names a save file.
    enum Naming {
        /// It names none: it is of a version that did not.
        NONE,
        /// It names others only.
        OTHERS,
        /// It was begun beside it.
        FIRST,
        /// The save file was written while it was in use.
        LATER;

        /// Whether the journal is the newer one of the two.
        boolean belongs() {
            return this != OTHERS;
        }
    }

    /// What a journal says of a save file.
    ///
    /// @param firstLine the number of the first line that counts beside it
    record Named(Naming naming, long firstLine) {
        /// {@link Naming#belongs}.
        boolean belongs() {
            return naming.belongs();
        }
    }

    /// How a journal names a save file.
    Named named(Path journal, FileIdentity saveFile) throws IOException {
        Names names = new Names(saveFile);
        read(journal, names);
        return new Named(names.naming, names.firstLine);
    }

    /// Looks for the first line that names a save file.
    private final class Names implements Lines {
        private final FileIdentity saveFile;
        private Naming naming = Naming.NONE;
        private long firstLine = 1;
        private long begin = 1;

        Names(FileIdentity saveFile) {
            this.saveFile = saveFile;
        }

        @Override
        public boolean line(long number, int from, int to) {
            if (JournalLine.isHeader(buffer, from, to)) {
                begin = number;
            }
            FileIdentity named = FileIdentity.of(buffer, from, to);
            if (named != null) {
                name(named);
            }
            return naming == Naming.NONE || naming == Naming.OTHERS;
        }

        private void name(FileIdentity named) {
            if (!named.equals(saveFile)) {
                naming = Naming.OTHERS;
            } else if (naming == Naming.NONE) {
                naming = Naming.FIRST;
            } else {
                naming = Naming.LATER;
                firstLine = begin; // It was written after that, and has what was before.
            }
        }
    }

    /// Reads a journal; a missing one is empty.
    ///
    /// @param isLater whether its lines replace what was received before
    /// @return the octets up to the end of the last whole line
    long readJournal(Path file, boolean isLater) throws IOException {
        return readJournal(file, isLater, 0);
    }

    /// Reads on in a journal.
    ///
    /// @param begin where a line begins; lines are counted from there
    long readJournal(Path file, boolean isLater, long begin) throws IOException {
        return readJournal(file, isLater, begin, 1);
    }

    private long readJournal(Path file, boolean isLater, long begin, long firstLine)
            throws IOException {
        lastNamed = null;
        long _ =
                read(
                        file,
                        begin,
                        (number, from, to) -> {
                            FileIdentity named = FileIdentity.of(buffer, from, to);
                            if (named != null) {
                                lastNamed = named;
                            } else if (number >= firstLine
                                    && !JournalLine.isHeader(buffer, from, to)) {
                                int end = journalLine.entryEnd(buffer, from, to);
                                entry(file, number, from, end, to, isLater);
                            }
                            return true;
                        });
        return begin + octets - rest;
    }

    private void entry(Path file, long number, int from, int end, int lineEnd, boolean isLater) {
        // Parsing unescapes in place, so the text for a report is kept from before.
        int shownLength = Math.min(lineEnd - from, SHOWN_MAX);
        System.arraycopy(buffer, from, shown, 0, shownLength);
        long entry = end < 0 ? EntryLine.STRANGE : entryLine.parse(buffer, from, end, key);
        boolean isJournal = end != lineEnd;
        if (entry == EntryLine.STRANGE || (entry == Memory.NEVER && !isJournal)) {
            receiver.strange(file, number, new String(shown, 0, shownLength, ISO_8859_1));
        } else {
            receiver.entry(key, entry, isLater);
        }
    }

    /// Shows the whole lines of a file.
    ///
    /// @return how many there are
    private long read(Path file, Lines lines) throws IOException {
        return read(file, 0, lines);
    }

    private long read(Path file, long begin, Lines lines) throws IOException {
        octets = 0;
        rest = 0;
        checksum.reset();
        if (!RegularFile.exists(file)) {
            return 0;
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(begin);
            return read(file, in, lines);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) { // Of reading, which does not name the file.
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }

    private long read(Path file, InputStream in, Lines lines) throws IOException {
        long number = 0;
        for (int n; (n = in.read(buffer, rest, BUFFER - rest)) >= 0; ) {
            checksum.update(buffer, rest, n);
            octets += n;
            int length = rest + n;
            int from = 0;
            for (int end; (end = Octets.indexOf(buffer, from, length, '\n')) >= 0; from = end + 1) {
                if (!lines.line(++number, from, withoutReturn(from, end))) {
                    return number;
                }
            }
            if (from == 0 && length == BUFFER) {
                receiver.strange(file, number + 1, "a line of more than " + BUFFER + " octets");
                from = length;
            }
            System.arraycopy(buffer, from, buffer, 0, length - from);
            rest = length - from;
        }
        return number;
    }

    /// An editor or a transfer on another system may have changed the ends of lines.
    private int withoutReturn(int from, int end) {
        return end > from && buffer[end - 1] == '\r' ? end - 1 : end;
    }
}
