package org.greydaemon.store.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.file.NewFile;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// What has changed since the save file was written: one {@link JournalLine} per change, which the
/// {@link JournalBuffer} has, on its way to the disk before the change is answered. Safe for use by
/// several threads. Which file they are in is up to {@link JournalFiles}.
///
/// A file that cannot be written is left alone until another one is opened; what happens meanwhile
/// is in memory only, and the save that follows makes up for it. The {@link Trouble} listener hears
/// of it once.
final class Journal implements AutoCloseable {
    /// Hears that the journal cannot be written.
    interface Trouble {
        /// Called once per journal file, and for each save whose name it has no room for, from any
        /// thread, under the journal's locks.
        void journalFailed(Path file, IOException cause);
    }

    private final Path file;
    private final Fsync fsync;
    private final FileMetrics metrics;
    private final Trouble trouble;
    private final JournalBuffer buffer;

    // One write takes the lines of all threads that wait (group commit). Never taken under the lock
    // of a shard or of the buffer, as whoever has it may wait for a disk.
    private final ReentrantLock writing = new ReentrantLock();

    @GuardedBy("writing")
    private final ByteBuffer direct = ByteBuffer.allocateDirect(JournalBuffer.SIZE);

    // These are written by who has the lock, and read by anybody: a disk that hangs must not keep
    // who only looks.
    // Missing while nothing can be written.
    private volatile @Nullable Opened opened;

    // Where the last line ends that was written whole.
    private final AtomicLong size = new AtomicLong();

    // How many lines are in no file.
    private final AtomicLong unwritten = new AtomicLong();

    // How many times the system was given something, and how many times it has taken it.
    private final AtomicLong given = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    // How many times a file was to be forced while answers go on, and how often that has ended. Two
    // threads do so.
    private final AtomicLong forcesBegun = new AtomicLong();
    private final AtomicLong forcesEnded = new AtomicLong();

    @GuardedBy("writing")
    private boolean unsynced;

    // How many lines were written to the file since it was opened.
    @GuardedBy("writing")
    private long lineCount;

    // How many of them are on the disk for certain.
    @GuardedBy("writing")
    private long forcedCount;

    /// A file that was opened, and what has to be known of it to write to it.
    ///
    /// @param key tells it from another file of the same name; missing if it has gone already
    /// @param end where its last whole line ends
    record Opened(FileChannel channel, @Nullable Object key, long end) {}

    /// A file that is written no more, to be forced and closed.
    ///
    /// @param unforced how many of its lines may not be on the disk
    record Replaced(FileChannel channel, long unforced) {}

    /// @param file what the journal is called, for who hears of trouble
    /// @param buffer where changes wait until the next {@link #commit}
    Journal(Path file, Fsync fsync, JournalBuffer buffer, FileMetrics metrics, Trouble trouble) {
        this.file = file;
        this.fsync = fsync;
        this.buffer = buffer;
        this.metrics = metrics;
        this.trouble = trouble;
    }

    /// Begins with a file; nothing has been given up yet.
    void use(Opened first) {
        writing.lock();
        try {
            goOnWith(first);
        } finally {
            writing.unlock();
        }
    }

    /// Goes on with another file. What waits goes to the one before, or, if that was given up, is
    /// in no file.
    ///
    /// @return the file before; null if it was given up
    @Nullable Replaced replace(Opened next) {
        writing.lock();
        try {
            write();
            if (fsync == Fsync.ALWAYS) {
                force(); // Before another commit says that all is on the disk.
            }
            Opened before = opened;
            long unforced = lineCount - forcedCount;
            goOnWith(next);
            return before == null ? null : new Replaced(before.channel(), unforced);
        } finally {
            writing.unlock();
        }
    }

    @GuardedBy("writing")
    private void goOnWith(Opened next) {
        opened = next;
        size.set(next.end());
        lineCount = 0;
        forcedCount = 0;
        unsynced = true;
    }

    /// Forces a file that was replaced to the disk.
    ///
    /// @throws IOException if that does not work; what may be lost is counted
    void force(Replaced before) throws IOException {
        forcesBegun.incrementAndGet();
        try {
            before.channel().force(false);
        } catch (IOException e) {
            unwritten.addAndGet(before.unforced());
            throw e;
        } finally {
            forcesEnded.incrementAndGet();
        }
    }

    /// The file that is written; null if it was given up.
    @Nullable Opened opened() {
        return opened;
    }

    /// The number of what the system was given and has not taken yet, on which answers wait; 0 if
    /// it has taken all.
    long waitsForDisk() {
        long number = given.get();
        return taken.get() < number ? number : 0;
    }

    /// The number of what is being forced to the disk while answers go on; 0 if nothing is.
    long forcedBehind() {
        long number = forcesBegun.get();
        return forcesEnded.get() < number ? number : 0;
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
        Opened open;
        long written;
        writing.lock();
        try {
            open = unsynced ? opened : null;
            unsynced = false;
            written = lineCount;
        } finally {
            writing.unlock();
        }
        if (open == null) {
            return;
        }
        forcesBegun.incrementAndGet();
        try {
            forceTimed(open.channel());
            forced(open, written);
        } catch (IOException e) {
            failUnlessReplaced(open, e, false);
        } finally {
            forcesEnded.incrementAndGet();
        }
    }

    private void forced(Opened open, long lines) {
        writing.lock();
        try {
            if (open.equals(opened)) {
                forcedCount = Math.max(forcedCount, lines);
            }
        } finally {
            writing.unlock();
        }
    }

    private void forceTimed(FileChannel open) throws IOException {
        long started = metrics.journalSync.start();
        open.force(false);
        metrics.journalSync.stop(started);
    }

    /// Gives a file up, if it is still the one that is written.
    ///
    /// @param isGone whether the file is not to be found any more, with all that was written to it;
    ///   otherwise it could not be forced, and the system may have dropped what was not on the disk
    void failUnlessReplaced(Opened open, IOException cause, boolean isGone) {
        writing.lock();
        try {
            if (open.equals(opened)) { // Otherwise a save has replaced it meanwhile.
                unwritten.addAndGet(isGone ? lineCount : lineCount - forcedCount);
                fail(cause);
            }
        } finally {
            writing.unlock();
        }
    }

    /// How many changes are in no file: the end of the process would take them. Those that wait to
    /// be written are not among them.
    long unwritten() {
        return unwritten.get();
    }

    /// A save has written so many of the changes that were in no file.
    void madeUpFor(long changes) {
        writing.lock();
        try {
            unwritten.addAndGet(-changes);
        } finally {
            writing.unlock();
        }
    }

    /// Whether the journal is being written, as far as is known.
    boolean works() {
        return opened != null;
    }

    @GuardedBy("writing")
    private void write() {
        byte[] full = buffer.take();
        int fullLength = buffer.taken();
        if (fullLength == 0) {
            return;
        }
        Opened open = opened;
        if (open == null) {
            unwritten.addAndGet(buffer.takenLines());
            return; // In trouble: the next save makes up for it.
        }
        int at = 0;
        try {
            long started = metrics.journalWrite.start();
            given.incrementAndGet();
            for (; at < fullLength; at += JournalBuffer.SIZE) {
                int piece = Math.min(JournalBuffer.SIZE, fullLength - at);
                direct.clear().put(full, at, piece).flip();
                NewFile.write(direct, open.channel());
            }
            metrics.journalWrite.stop(started);
            size.addAndGet(fullLength);
            lineCount += buffer.takenLines();
            unsynced = true;
        } catch (IOException e) {
            keepWhole(full, at + direct.position());
            unwritten.addAndGet(lineEnds(full, at + direct.position(), fullLength));
            fail(e);
        } finally {
            taken.set(given.get());
        }
    }

    /// Lines that a write has taken before it failed are in the file: who opens it again cuts off
    /// what is behind its {@link #size}.
    @GuardedBy("writing")
    private void keepWhole(byte[] text, int taken) {
        int whole = taken;
        while (whole > 0 && text[whole - 1] != '\n') {
            whole--;
        }
        size.addAndGet(whole);
        lineCount += lineEnds(text, 0, whole);
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
        Opened open = opened;
        if (open == null || !unsynced) {
            return;
        }
        given.incrementAndGet();
        try {
            forceTimed(open.channel());
            unsynced = false;
            forcedCount = lineCount;
        } catch (IOException e) {
            unwritten.addAndGet(lineCount - forcedCount);
            fail(e);
        } finally {
            taken.set(given.get());
        }
    }

    @GuardedBy("writing")
    private void fail(IOException cause) {
        closeFile();
        trouble.journalFailed(file, cause);
    }

    @GuardedBy("writing")
    private void closeFile() {
        Opened open = opened;
        opened = null;
        if (open != null) {
            try {
                open.channel().close();
            } catch (IOException e) {
                // It is given up; the save that follows holds what it held.
            }
        }
    }

    /// A save file is about to get its name: this journal belongs to it, too.
    ///
    /// @return whether the journal says so; otherwise it will be read as one that only adds to the
    ///   save file, which has it all by now
    boolean savesAs(FileIdentity saveFile) {
        boolean isTold = false;
        writing.lock();
        try {
            write();
            Opened open = opened;
            isTold = open != null && tell(saveFile, open.channel());
            if (fsync == Fsync.ALWAYS) {
                force(); // Lines of others are among it, who are answered once it is on the disk.
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            writing.unlock();
        }
        if (fsync == Fsync.EVERYSEC) {
            synchronise();
        }
        return isTold;
    }

    @GuardedBy("writing")
    private boolean tell(FileIdentity saveFile, FileChannel open) throws IOException {
        ByteBuffer line = ByteBuffer.wrap(saveFile.line());
        given.incrementAndGet();
        try {
            NewFile.write(line, open);
            size.set(open.position());
            unsynced = true;
            return true;
        } catch (IOException e) {
            open.truncate(size.get());
            trouble.journalFailed(file, e);
            return false;
        } finally {
            taken.set(given.get());
        }
    }

    /// The octets of the journal.
    long size() {
        return size.get();
    }

    /// Writes what is left. Whoever goes on with the file forces it to the disk.
    void leave() {
        writing.lock();
        try {
            write();
            closeFile();
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
            closeFile();
        } finally {
            writing.unlock();
        }
    }
}
