package org.greydaemon.store.memory;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.file.RegularFile;
import org.greydaemon.store.ChangeFeed;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// What has changed since the save file was written: one {@link JournalLine} per change, on its way
/// to the disk before the change is answered. Safe for use by several threads.
///
/// A file that cannot be written is left alone until {@link #rotate} opens one; what happens
/// meanwhile is in memory only, and the save that follows makes up for it. The {@link Trouble}
/// listener hears of it once.
final class Journal implements AutoCloseable {
    /*
     * Two buffers: one is appended to under `this`, the other is being written under `writing`; so
     * one write takes the lines of all threads that wait (group commit). `this` may be taken under
     * `writing` and under the lock of a shard, and nothing under `this` but the feed's lock, which
     * nobody holds for longer than a copy.
     */
    private static final int BUFFER = 1 << 18;

    /// What a buffer takes as long as nobody needs more.
    private static final int BUFFER_MIN = 1 << 16;

    /// Hears that the journal cannot be written.
    interface Trouble {
        /// Called once per journal file, from any thread, under the journal's locks.
        void journalFailed(Path file, IOException cause);
    }

    private final Path saveFile;
    private final Path file;
    private final Path oldFile;
    private final Path newFile;
    private final Fsync fsync;
    private final LongSupplier wallOffsetSeconds;
    private final FileMetrics metrics;
    private final Trouble trouble;
    private final ReentrantLock writing = new ReentrantLock();

    @GuardedBy("this")
    private final JournalLine line = new JournalLine();

    @GuardedBy("this")
    private byte[] lines = new byte[BUFFER_MIN];

    @GuardedBy("this")
    private int length;

    // Who tells other hosts, if anybody does.
    @GuardedBy("this")
    private @Nullable ChangeFeed feed;

    @GuardedBy("writing")
    private byte[] spare = new byte[BUFFER_MIN];

    @GuardedBy("writing")
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);

    @GuardedBy("writing")
    private @Nullable FileChannel channel;

    // What the file is called that is written: a new one gets the journal's name a little later.
    @GuardedBy("writing")
    private Path name;

    // Tells the file that is written from another one of the same name.
    @GuardedBy("writing")
    private @Nullable Object fileKey;

    @GuardedBy("writing")
    private boolean unsynced;

    // Where the last line ends that was written whole.
    @GuardedBy("writing")
    private long size;

    // How many lines were written to the file since it was opened.
    @GuardedBy("writing")
    private long lineCount;

    // How many lines are in no file.
    @GuardedBy("writing")
    private long unwritten;

    // The save file that the next journal belongs to. Confined to whoever saves.
    private FileIdentity saved = FileIdentity.EMPTY;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    Journal(
            Path saveFile,
            Fsync fsync,
            LongSupplier wallOffsetSeconds,
            FileMetrics metrics,
            Trouble trouble) {
        this.saveFile = saveFile;
        file = path(saveFile);
        name = file;
        oldFile = oldPath(saveFile);
        newFile = saveFile.resolveSibling(saveFile.getFileName() + ".journal.new");
        this.fsync = fsync;
        this.wallOffsetSeconds = wallOffsetSeconds;
        this.metrics = metrics;
        this.trouble = trouble;
    }

    /// The journal of a save file.
    static Path path(Path saveFile) {
        return saveFile.resolveSibling(saveFile.getFileName() + ".journal");
    }

    /// The journal that a save in progress is about to make superfluous.
    static Path oldPath(Path saveFile) {
        return saveFile.resolveSibling(saveFile.getFileName() + ".journal.old");
    }

    /// Ends what a process that was killed while it began a new journal has left half done. To be
    /// called before the journals are read.
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

    /// Opens the journal to append to it.
    ///
    /// @param end where its last whole line ends; what follows is cut off
    /// @param beside what the save file is
    /// @param belongs whether the journal belongs to it; else a new one is begun, and the one that
    ///   is there stays until the next save
    void open(long end, FileIdentity beside, boolean belongs) throws IOException {
        saved = beside;
        if (!belongs && !RegularFile.exists(oldFile)) {
            begin();
            return;
        }
        Opened opened = Opened.of(open(StoreFiles.open(file), end), file);
        writing.lock();
        try {
            use(opened);
        } finally {
            writing.unlock();
        }
        if (belongs && end > 0) {
            savesAs(beside); // One of an earlier version names none.
        }
        forceName(); // Else a new one may go with a power failure.
    }

    /// Lets a journal end at `end`; an empty one gets its first lines.
    private FileChannel open(FileChannel opened, long end) throws IOException {
        try {
            // Who has removed the lock file has not yet made two daemons out of one.
            StoreFiles.lock(opened, saveFile);
            opened.truncate(end).position(end);
            if (end == 0) {
                StoreFiles.write(ByteBuffer.wrap(JournalLine.header()), opened);
                StoreFiles.write(ByteBuffer.wrap(saved.line()), opened);
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private void forceName() throws IOException {
        if (fsync != Fsync.NEVER) {
            StoreFiles.forceDirectory(file);
        }
    }

    /// A journal that was opened, and what has to be known of it to write to it. To look at a file
    /// takes as long as the disk likes: not under a lock.
    private record Opened(FileChannel channel, Path name, @Nullable Object key, long end) {
        static Opened of(FileChannel channel, Path name) throws IOException {
            return new Opened(channel, name, fileKey(name), channel.position());
        }
    }

    private static @Nullable Object fileKey(Path named) throws IOException {
        return Files.readAttributes(named, BasicFileAttributes.class).fileKey();
    }

    @GuardedBy("writing")
    private void use(Opened opened) {
        fileKey = opened.key();
        name = opened.name();
        size = opened.end();
        lineCount = 0;
        channel = opened.channel();
        unsynced = true;
    }

    /// Adds a line to what the next {@link #commit} writes. Called under the lock of a shard, so
    /// that lines stand in the order of the changes.
    ///
    /// @param entry what is remembered from now on, or {@link Memory#NEVER}
    /// @param before the time that the line before it has of the key, or {@link Memory#NEVER}
    synchronized void append(Key key, long entry, long before, Origin origin) {
        if (lines.length - length < JournalLine.LENGTH_MAX) {
            lines = Arrays.copyOf(lines, lines.length * 2);
        }
        int from = length;
        long wallOffset = wallOffsetSeconds.getAsLong();
        length = line.write(key, entry, wallOffset, lines, from);
        if (feed != null && origin == Origin.HERE) {
            long known = before == Memory.NEVER ? before : before + wallOffset;
            feed.add(known, lines, from, length - JournalLine.TAIL);
        }
    }

    /// From now on lines go to a feed too, each without its checksum and end.
    synchronized void tell(Optional<ChangeFeed> others) {
        feed = others.orElse(null);
    }

    /// Returns when all lines appended before are in the hands of the system, or, with {@link
    /// Fsync#ALWAYS}, on the disk.
    void commit() {
        writing.lock();
        try {
            write();
            if (fsync == Fsync.ALWAYS) {
                force();
            }
        } finally {
            writing.unlock();
        }
    }

    /// Forces what was written to the disk, while others go on writing: a slow disk delays no
    /// answer.
    void synchronise() {
        FileChannel open;
        writing.lock();
        try {
            open = unsynced ? channel : null;
            unsynced = false;
        } finally {
            writing.unlock();
        }
        if (open == null) {
            return;
        }
        try {
            forceTimed(open);
        } catch (IOException e) {
            failUnlessReplaced(open, e, false);
        }
    }

    private void forceTimed(FileChannel open) throws IOException {
        long started = metrics.journalSync.start();
        open.force(false);
        metrics.journalSync.stop(started);
    }

    /// @param isGone whether the file is not to be found any more, with all that was written to it
    private void failUnlessReplaced(FileChannel open, IOException cause, boolean isGone) {
        writing.lock();
        try {
            if (open.equals(channel)) { // Else a save has replaced it meanwhile.
                unwritten += isGone ? lineCount : 0;
                fail(cause);
            }
        } finally {
            writing.unlock();
        }
    }

    /// Looks whether the file that is written still has its name: else somebody has removed it, and
    /// what is written goes with the process. A disk that takes its time to say so delays no
    /// answer.
    void check() {
        FileChannel open;
        Object key;
        writing.lock();
        try {
            open = channel;
            key = fileKey;
        } finally {
            writing.unlock();
        }
        if (open == null) {
            return;
        }
        try {
            // In this order, as a new journal may be about to take the journal's name.
            if (!isNamed(newFile, key) && !isNamed(file, key)) {
                throw new NoSuchFileException(file.toString());
            }
        } catch (IOException e) {
            failUnlessReplaced(open, e, true);
        }
    }

    private static boolean isNamed(Path named, @Nullable Object key) throws IOException {
        try {
            return Objects.equals(key, fileKey(named));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// How many changes are in no file: the end of the process would take them. Those that wait to
    /// be written are not among them.
    long unwritten() {
        writing.lock();
        try {
            return unwritten;
        } finally {
            writing.unlock();
        }
    }

    /// A save has written so many of the changes that were in no file.
    void madeUpFor(long changes) {
        writing.lock();
        try {
            unwritten -= changes;
        } finally {
            writing.unlock();
        }
    }

    /// Whether the journal is being written, as far as is known.
    boolean works() {
        writing.lock();
        try {
            return channel != null;
        } finally {
            writing.unlock();
        }
    }

    /// Whether so much waits to be written that the next thread that may should write it.
    synchronized boolean isFull() {
        return length > BUFFER / 2;
    }

    @GuardedBy("writing")
    private void write() {
        byte[] full;
        int fullLength;
        synchronized (this) {
            if (length == 0) {
                return;
            }
            full = lines;
            fullLength = length;
            lines = spare;
            length = 0;
        }
        spare = full.length > BUFFER ? new byte[BUFFER_MIN] : full;
        FileChannel open = channel;
        if (open == null) {
            unwritten += lineEnds(full, 0, fullLength);
            return; // In trouble: the next save makes up for it.
        }
        int at = 0;
        try {
            long started = metrics.journalWrite.start();
            for (; at < fullLength; at += BUFFER) {
                direct.clear().put(full, at, Math.min(BUFFER, fullLength - at)).flip();
                StoreFiles.write(direct, open);
            }
            metrics.journalWrite.stop(started);
            size += fullLength;
            lineCount += lineEnds(full, 0, fullLength);
            unsynced = true;
        } catch (IOException e) {
            unwritten += lineEnds(full, at + direct.position(), fullLength);
            fail(e);
        }
    }

    private static int lineEnds(byte[] text, int from, int to) {
        int ends = 0;
        for (int i = from; i < to; i++) {
            ends += text[i] == '\n' ? 1 : 0;
        }
        return ends;
    }

    @GuardedBy("writing")
    private void force() {
        FileChannel open = channel;
        if (open == null || !unsynced) {
            return;
        }
        try {
            forceTimed(open);
            unsynced = false;
        } catch (IOException e) {
            fail(e);
        }
    }

    @GuardedBy("writing")
    private void fail(IOException cause) {
        closeChannel();
        trouble.journalFailed(file, cause);
    }

    @GuardedBy("writing")
    private void closeChannel() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is given up; the save that follows holds what it held.
            }
        }
    }

    /// Begins a new journal before a save, so that the save makes the one before superfluous. If an
    /// older one is still there, because a save went wrong or the process died in one, the journal
    /// goes on.
    ///
    /// @return whether the journal was begun anew
    /// @throws IOException if it cannot be; then everything stays as it is
    boolean rotate() throws IOException {
        settleLate();
        if (RegularFile.exists(oldFile)) {
            reopen();
            return false;
        }
        begin();
        return true;
    }

    /// A new journal may still wait for its name, because the disk did not give it when it began.
    private void settleLate() throws IOException {
        if (isLate() && RegularFile.exists(newFile)) {
            putInPlace();
        }
    }

    private boolean isLate() {
        writing.lock();
        try {
            return !name.equals(file);
        } finally {
            writing.unlock();
        }
    }

    /// Goes on with the journal if it was given up. Only who saves does, so that it stays given up
    /// while it is opened.
    private void reopen() throws IOException {
        long written;
        writing.lock();
        try {
            write();
            if (channel != null) {
                return;
            }
            written = size;
        } finally {
            writing.unlock();
        }
        long end = RegularFile.exists(file) ? Math.min(written, Files.size(file)) : 0;
        Opened opened = Opened.of(open(StoreFiles.open(file), end), file);
        writing.lock();
        try {
            write(); // What came meanwhile is in no file.
            use(opened);
        } finally {
            writing.unlock();
        }
    }

    /// Writes to a new journal from now on, and lets it take the journal's name. Answers wait for
    /// neither: only the change from one open file to the other is done while they do.
    private void begin() throws IOException {
        // First of all: it is what a full disk refuses.
        FileChannel begun = open(StoreFiles.create(newFile), 0);
        FileChannel replaced;
        try {
            forceName();
            Opened opened = Opened.of(begun, newFile);
            writing.lock();
            try {
                write();
                if (fsync == Fsync.ALWAYS) {
                    force(); // Before another commit says that all is on the disk.
                }
                replaced = channel;
                use(opened);
            } finally {
                writing.unlock();
            }
        } catch (IOException e) {
            begun.close();
            throw e;
        }
        leave(replaced);
        putInPlace();
    }

    /// Forces a journal that nobody writes any more to the disk.
    private void leave(@Nullable FileChannel replaced) throws IOException {
        try (replaced) {
            if (replaced != null && fsync != Fsync.NEVER) {
                replaced.force(false);
            }
        }
    }

    /// Gives the new journal the name of the one before it, which becomes the old one. Each step is
    /// forced to the disk by itself: after a power failure a file system may know any of those that
    /// were not.
    private void putInPlace() throws IOException {
        if (Files.isRegularFile(file)) { // Else it is none of ours, and is replaced.
            Files.move(file, oldFile, ATOMIC_MOVE);
            forceName();
        }
        Files.move(newFile, file, ATOMIC_MOVE);
        writing.lock();
        try {
            name = file;
        } finally {
            writing.unlock();
        }
        forceName();
    }

    /// A save file is about to get its name: this journal belongs to it, too. If there is no room
    /// to say so, the journal will be read as one that only adds to the save file, which has it
    /// all.
    void savesAs(FileIdentity saveFile) {
        writing.lock();
        try {
            write();
            if (channel != null) {
                tell(saveFile, channel);
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            writing.unlock();
        }
        if (fsync != Fsync.NEVER) {
            synchronise();
        }
    }

    @GuardedBy("writing")
    private void tell(FileIdentity saveFile, FileChannel open) throws IOException {
        ByteBuffer line = ByteBuffer.wrap(saveFile.line());
        try {
            StoreFiles.write(line, open);
            size = open.position();
            unsynced = true;
        } catch (IOException e) {
            open.truncate(size);
        }
    }

    /// A save file has its name, and the old journal is superfluous.
    void savedAs(FileIdentity saveFile) throws IOException {
        saved = saveFile;
        Files.deleteIfExists(oldFile);
    }

    /// The octets of the journal.
    long size() {
        writing.lock();
        try {
            return size;
        } finally {
            writing.unlock();
        }
    }

    /// Writes what is left and forces it to the disk. Idempotent.
    @Override
    public void close() {
        writing.lock();
        try {
            write();
            if (fsync != Fsync.NEVER) {
                force();
            }
            closeChannel();
        } finally {
            writing.unlock();
        }
    }
}
