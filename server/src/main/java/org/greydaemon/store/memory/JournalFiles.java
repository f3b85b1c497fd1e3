package org.greydaemon.store.memory;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import org.greydaemon.file.NewFile;
import org.greydaemon.file.RegularFile;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// The files that the {@link Journal} is in, one after another: how they are called, which save
/// file they belong to, and when a new one is begun. Confined to the thread that saves, except for
/// {@link #check}.
///
/// No file is made, looked at, renamed or removed under a lock that an answer needs: a disk takes
/// as long as it likes.
final class JournalFiles {
    private final Journal journal;
    private final Path saveFile;
    private final Path file;
    private final Path oldFile;
    private final Path newFile;
    private final Fsync fsync;

    // Whether the file that is written has not got the journal's name yet.
    private boolean isLate;

    // The save file that the next journal belongs to.
    private FileIdentity saved = FileIdentity.EMPTY;

    /// @param changes where they wait for being written
    JournalFiles(
            Path saveFile,
            Fsync fsync,
            JournalBuffer changes,
            FileMetrics metrics,
            Journal.Trouble trouble) {
        this.saveFile = saveFile;
        file = path(saveFile);
        oldFile = oldPath(saveFile);
        newFile = saveFile.resolveSibling(saveFile.getFileName() + ".journal.new");
        this.fsync = fsync;
        journal = new Journal(file, fsync, changes, metrics, trouble);
    }

    /// The journal of a save file.
    static Path path(Path saveFile) {
        return saveFile.resolveSibling(saveFile.getFileName() + ".journal");
    }

    /// The journal that a save in progress is about to make superfluous.
    static Path oldPath(Path saveFile) {
        return saveFile.resolveSibling(saveFile.getFileName() + ".journal.old");
    }

    /// What is written to them.
    Journal journal() {
        return journal;
    }

    /// Ends what a process that was killed while it began a new journal has left half done. Has to
    /// be called before the journals are read.
    ///
    /// @throws IOException if a name cannot be changed, or another process uses the journal
    void settle() throws IOException {
        StoreFiles.requireFree(file, saveFile);
        StoreFiles.requireFree(newFile, saveFile);
        if (!Files.isRegularFile(newFile)) {
            return;
        }
        boolean isOldLeft = RegularFile.exists(oldFile);
        if (!RegularFile.exists(file) || !isOldLeft) {
            putInPlace();
        }
    }

    /// Opens the journal to append to it; what follows its last whole line is cut off. If it does
    /// not belong to the save file a new one is begun, and the one that is there stays until the
    /// next save.
    ///
    /// @param isWhole whether what was remembered comes from the files alone
    void open(Recovery.FoundFiles found, boolean isWhole) throws IOException {
        saved = found.saveFile();
        if (!found.belongs() && !RegularFile.exists(oldFile)) {
            begin();
            return;
        }
        use(found.journalEnd(), isWhole && found.belongs());
        if (found.naming() == Recovery.Naming.NONE && found.journalEnd() > 0) {
            boolean _ = journal.savesAs(saved); // It is of an earlier version.
        }
        forceName(); // Otherwise a new one may go with a power failure.
    }

    /// Goes on with a journal that another process has left, which has told what it belongs to and
    /// forced its name to the disk: somebody waits to be answered.
    void goOn(Recovery.FoundFiles found, boolean isWhole) throws IOException {
        saved = found.saveFile();
        use(found.journalEnd(), isWhole);
    }

    private void use(long end, boolean isWhole) throws IOException {
        journal.use(opened(StoreFiles.open(file), file, end, isWhole));
    }

    /// Lets a journal end at `end`; an empty one gets its first lines.
    ///
    /// @param isWhole whether all that changes what its lines say follows in it; otherwise they are
    ///   not to count beside save files that are written from now on, and it begins once more
    private Journal.Opened opened(FileChannel channel, Path name, long end, boolean isWhole)
            throws IOException {
        try {
            // Locked as well, so that removing the lock file is not enough to run two daemons.
            StoreFiles.lock(channel, saveFile);
            channel.truncate(end).position(end);
            if (end == 0 || !isWhole) {
                NewFile.write(ByteBuffer.wrap(JournalLine.header()), channel);
            }
            if (end == 0) {
                NewFile.write(ByteBuffer.wrap(saved.line()), channel);
            }
            return new Journal.Opened(channel, StoreFiles.key(name), channel.position());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void forceName() throws IOException {
        if (fsync != Fsync.NEVER) {
            NewFile.forceName(file);
        }
    }

    /// Looks whether the file that is written still has its name: otherwise somebody has removed
    /// it, and what is written goes with the process. May be called by any thread.
    void check() {
        Journal.Opened open = journal.opened();
        if (open == null) {
            return;
        }
        try {
            // In this order, as a new journal may be about to take the journal's name.
            if (!isNamed(newFile, open) && !isNamed(file, open)) {
                throw new NoSuchFileException(file.toString());
            }
        } catch (IOException e) {
            journal.failUnlessReplaced(open, e, true);
        }
    }

    private static boolean isNamed(Path name, Journal.Opened open) throws IOException {
        Object key = StoreFiles.key(name);
        return key != null && key.equals(open.key());
    }

    /// Begins a new journal before a save, so that the save makes the one before superfluous. If an
    /// older one is still there, because a save went wrong or the process died in one, the journal
    /// goes on.
    ///
    /// @return whether the journal was begun anew
    /// @throws IOException if it cannot be; then everything stays as it is
    boolean rotate() throws IOException {
        // The disk may not have given it the name when it began.
        if (isLate && RegularFile.exists(newFile)) {
            putInPlace();
        }
        if (RegularFile.exists(oldFile)) {
            reopen();
            return false;
        }
        begin();
        return true;
    }

    /// Goes on with the journal if it was given up. Only the thread that saves does so: it stays
    /// given up while it is opened.
    private void reopen() throws IOException {
        journal.commit();
        if (journal.works()) {
            return;
        }
        Journal.Replaced _ = journal.replace(RegularFile.exists(file) ? again() : begun(file));
        isLate = false;
    }

    private Journal.Opened again() throws IOException {
        long end = Math.min(journal.size(), Files.size(file));
        return opened(StoreFiles.open(file), file, end, false);
    }

    /// Writes to a new journal from now on, and lets it take the journal's name. Answers wait for
    /// neither: only the change from one open file to the other is done while they do.
    private void begin() throws IOException {
        Journal.Opened begun = begun(newFile); // First of all: it is what a full disk refuses.
        Journal.Replaced replaced = journal.replace(begun);
        isLate = true;
        leave(replaced);
        putInPlace();
    }

    /// What a full disk lets be made, but not written, is no journal: the next start would take it
    /// for one, and be refused for want of room.
    private Journal.Opened begun(Path name) throws IOException {
        try {
            Journal.Opened begun = opened(NewFile.create(name), name, 0, true);
            try {
                forceName();
                return begun;
            } catch (IOException e) {
                begun.channel().close();
                throw e;
            }
        } catch (IOException e) {
            Files.deleteIfExists(name);
            throw e;
        }
    }

    /// Forces a journal that nobody writes any more to the disk.
    private void leave(Journal.@Nullable Replaced replaced) throws IOException {
        if (replaced == null) {
            return;
        }
        try (FileChannel _ = replaced.channel()) {
            if (fsync != Fsync.NEVER) {
                journal.force(replaced);
            }
        }
    }

    /// Gives the new journal the name of the one before it, which becomes the old one. Each step is
    /// forced to the disk by itself: after a power failure a file system may know any of those that
    /// were not.
    private void putInPlace() throws IOException {
        if (Files.isRegularFile(file)) { // Otherwise it is none of ours, and is replaced.
            Files.move(file, oldFile, ATOMIC_MOVE);
            forceName();
        }
        Files.move(newFile, file, ATOMIC_MOVE);
        isLate = false;
        forceName();
    }

    /// What a rescue file that holds all that is remembered stands in the place of.
    Superseded superseded() throws IOException {
        List<Path> others = isLate ? List.of(oldFile, file) : List.of(oldFile);
        Path written = isLate ? newFile : file;
        long end = Math.min(journal.size(), StoreFiles.size(written)); // Of the last whole line.
        for (Path other : others) {
            end += StoreFiles.size(other);
        }
        List<Path> all = isLate ? List.of(oldFile, file, newFile) : List.of(oldFile, file);
        return new Superseded(saved, Superseded.begin(all, end));
    }

    /// A save file has its name, and the old journal is superfluous.
    void savedAs(FileIdentity saveFile) throws IOException {
        saved = saveFile;
        Files.deleteIfExists(oldFile);
    }
}
