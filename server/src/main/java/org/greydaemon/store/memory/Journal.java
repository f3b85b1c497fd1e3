package org.greydaemon.store.memory;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Key;
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
     * `writing` and under the lock of a shard, and nothing under `this`.
     */
    private static final int BUFFER = 1 << 18;

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
    private byte[] lines = new byte[BUFFER];

    @GuardedBy("this")
    private int length;

    @GuardedBy("writing")
    private byte[] spare = new byte[BUFFER];

    @GuardedBy("writing")
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);

    @GuardedBy("writing")
    private @Nullable FileChannel channel;

    // Tells the file that is written from another one of the same name.
    @GuardedBy("writing")
    private @Nullable Object fileKey;

    @GuardedBy("writing")
    private boolean unsynced;

    // Where the last line ends that was written whole.
    @GuardedBy("writing")
    private long size;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    Journal(
            Path saveFile,
            Fsync fsync,
            LongSupplier wallOffsetSeconds,
            FileMetrics metrics,
            Trouble trouble) {
        this.saveFile = saveFile;
        file = path(saveFile);
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

    /// Opens the journal to append to it.
    ///
    /// @param end where its last whole line ends; what follows is cut off
    void open(long end) throws IOException {
        writing.lock();
        try {
            use(open(file, end));
        } finally {
            writing.unlock();
        }
    }

    /// Opens a journal that ends at `end`; an empty one gets its first line.
    private FileChannel open(Path path, long end) throws IOException {
        FileChannel opened = StoreFiles.open(path);
        try {
            // Who has removed the lock file has not yet made two daemons out of one.
            StoreFiles.lock(opened, saveFile);
            opened.truncate(end).position(end);
            if (end == 0) {
                writeFully(ByteBuffer.wrap(JournalLine.header()), opened);
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    @GuardedBy("writing")
    private void use(FileChannel opened) throws IOException {
        fileKey = fileKey();
        size = opened.position();
        channel = opened;
        unsynced = true;
    }

    private @Nullable Object fileKey() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /// Adds a line to what the next {@link #commit} writes. Called under the lock of a shard, so
    /// that lines stand in the order of the changes.
    ///
    /// @param entry what is remembered from now on, or {@link org.greydaemon.decision.Memory#NEVER}
    synchronized void append(Key key, long entry) {
        if (lines.length - length < JournalLine.LENGTH_MAX) {
            lines = Arrays.copyOf(lines, lines.length * 2);
        }
        length = line.write(key, entry, wallOffsetSeconds.getAsLong(), lines, length);
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
            failUnlessReplaced(open, e);
        }
    }

    private void forceTimed(FileChannel open) throws IOException {
        long started = metrics.journalSync.start();
        open.force(false);
        metrics.journalSync.stop(started);
    }

    private void failUnlessReplaced(FileChannel open, IOException cause) {
        writing.lock();
        try {
            if (open.equals(channel)) { // Else a save has replaced it meanwhile.
                fail(cause);
            }
        } finally {
            writing.unlock();
        }
    }

    /// Looks whether the file that is written still has the journal's name: else somebody has
    /// removed it, and what is written goes with the process.
    void check() {
        writing.lock();
        try {
            if (channel != null && !Objects.equals(fileKey, fileKey())) {
                throw new NoSuchFileException(file.toString());
            }
        } catch (IOException e) {
            fail(e);
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
        spare = full.length > BUFFER ? new byte[BUFFER] : full;
        FileChannel open = channel;
        if (open == null) {
            return; // In trouble: the next save makes up for it.
        }
        try {
            long started = metrics.journalWrite.start();
            for (int at = 0; at < fullLength; at += BUFFER) {
                direct.clear().put(full, at, Math.min(BUFFER, fullLength - at)).flip();
                writeFully(direct, open);
            }
            metrics.journalWrite.stop(started);
            size += fullLength;
            unsynced = true;
        } catch (IOException e) {
            fail(e);
        }
    }

    private static void writeFully(ByteBuffer octets, FileChannel to) throws IOException {
        while (octets.hasRemaining()) {
            to.write(octets);
        }
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
        FileChannel replaced;
        writing.lock();
        try {
            write();
            if (Files.exists(oldFile)) {
                if (channel == null) {
                    use(open(file, Math.min(size, Files.exists(file) ? Files.size(file) : 0)));
                }
                return false;
            }
            FileChannel begun = begin();
            replaced = channel;
            use(begun);
            if (fsync == Fsync.ALWAYS) {
                leave(replaced); // Before another commit says that all is on the disk.
                return true;
            }
        } finally {
            writing.unlock();
        }
        leave(replaced);
        return true;
    }

    /// Puts a new journal in the place of the one in use, which takes the name of the old one.
    private FileChannel begin() throws IOException {
        StoreFiles.makeWay(newFile);
        FileChannel begun = open(newFile, 0); // First of all: it is what a full disk refuses.
        try {
            if (Files.exists(file)) {
                Files.move(file, oldFile, ATOMIC_MOVE);
            }
            Files.move(newFile, file, ATOMIC_MOVE);
            return begun;
        } catch (IOException e) {
            begun.close();
            throw e;
        }
    }

    /// Forces a journal that nobody writes any more to the disk.
    private void leave(@Nullable FileChannel replaced) throws IOException {
        try (replaced) {
            if (fsync != Fsync.NEVER) {
                if (replaced != null) {
                    replaced.force(false);
                }
                SaveFile.forceDirectory(file);
            }
        }
    }

    /// Deletes what a finished save has made superfluous.
    void dropOld() throws IOException {
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
