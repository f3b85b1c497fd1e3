package org.greydaemon.store.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Key;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/// What has changed since the save file was written: one line per change, on its way to the disk
/// before the change is answered. Safe for use by several threads.
///
/// A file that cannot be written is left alone until {@link #rotate} opens a new one; what happens
/// meanwhile is in memory only, and the save that follows makes up for it. The {@link Trouble}
/// listener hears of it once.
final class Journal implements AutoCloseable {
    /*
     * A line is the entry as it stands in the save file and the CRC-32C of that text:
     *
     *   G 1700000000 192.0.2.1 alice@example.org bob@example.net 1c291ca3
     *
     * Lines say what an entry is, not how it changed, so a line that is read twice, or over a newer
     * save file, does no harm. Two buffers: one is appended to under `this`, the other is being
     * written under `writing`; so one write takes the lines of all threads that wait (group commit).
     */
    /// The first line of a journal; lines with `#` are comments to the reader.
    private static final byte[] HEADER = "# greydaemon journal 1\n".getBytes(ISO_8859_1);

    private static final int CRC_LENGTH = 8;
    private static final int LINE_MAX = EntryLine.LENGTH_MAX + CRC_LENGTH + 2;
    private static final int BUFFER = 1 << 18;

    /// Hears that the journal cannot be written.
    interface Trouble {
        /// Called once per journal file, from any thread, under the journal's locks.
        void journalFailed(Path file, IOException cause);
    }

    private final Path file;
    private final Path oldFile;
    private final Fsync fsync;
    private final LongSupplier wallOffsetSeconds;
    private final Trouble trouble;
    private final ReentrantLock writing = new ReentrantLock();
    private final CRC32C crc = new CRC32C();

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

    @GuardedBy("writing")
    private long goodLength;

    @GuardedBy("writing")
    private boolean unsynced;

    // Written under `writing`; read without it to decide whether a save is due: stale is fine.
    private volatile long size;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    Journal(Path saveFile, Fsync fsync, LongSupplier wallOffsetSeconds, Trouble trouble) {
        file = path(saveFile);
        oldFile = oldPath(saveFile);
        this.fsync = fsync;
        this.wallOffsetSeconds = wallOffsetSeconds;
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
    /// @param goodLength where its last whole line ends; what follows is cut off
    void open(long goodLength) throws IOException {
        writing.lock();
        try {
            openAt(goodLength);
        } finally {
            writing.unlock();
        }
    }

    @GuardedBy("writing")
    private void openAt(long end) throws IOException {
        FileChannel opened = FileChannel.open(file, CREATE, WRITE);
        channel = opened;
        opened.truncate(end);
        opened.position(end);
        goodLength = end;
        size = end;
        if (end == 0) {
            direct.clear().put(HEADER).flip();
            writeFully(opened);
        }
    }

    /// Adds a line to what the next {@link #commit} writes. Called under the lock of a shard, so
    /// that lines stand in the order of the changes.
    synchronized void append(Key key, long time) {
        if (lines.length - length < LINE_MAX) {
            lines = Arrays.copyOf(lines, lines.length * 2);
        }
        int end = EntryLine.write(key, time + wallOffsetSeconds.getAsLong(), lines, length);
        crc.reset();
        crc.update(lines, length, end - length);
        lines[end++] = ' ';
        end = writeHex((int) crc.getValue(), lines, end);
        lines[end++] = '\n';
        length = end;
    }

    static int writeHex(int value, byte[] to, int at) {
        for (int i = 0; i < CRC_LENGTH; i++) {
            to[at + i] = (byte) Character.forDigit(value >>> (28 - 4 * i) & 0xf, 16);
        }
        return at + CRC_LENGTH;
    }

    /// Where the entry of a journal line ends, if its checksum is right, or -1.
    static int entryEnd(byte[] line, int from, int to, CRC32C crc) {
        int end = to - CRC_LENGTH - 1;
        if (end <= from || line[end] != ' ') {
            return -1;
        }
        crc.reset();
        crc.update(line, from, end - from);
        byte[] hex = new byte[CRC_LENGTH];
        writeHex((int) crc.getValue(), hex, 0);
        return Arrays.equals(hex, 0, CRC_LENGTH, line, end + 1, to) ? end : -1;
    }

    /// Returns when all lines appended before are in the hands of the system, or, with {@link
    /// Fsync#ALWAYS}, on the disk.
    void commit() {
        writing.lock();
        try {
            write();
            if (fsync == Fsync.ALWAYS && unsynced && channel != null) {
                force(channel);
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
            open.force(false);
            if (!Files.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
        } catch (IOException e) {
            failUnlessReplaced(open, e);
        }
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
            for (int at = 0; at < fullLength; at += BUFFER) {
                direct.clear().put(full, at, Math.min(BUFFER, fullLength - at)).flip();
                writeFully(open);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    @GuardedBy("writing")
    private void writeFully(FileChannel open) throws IOException {
        int octets = direct.remaining();
        while (direct.hasRemaining()) {
            open.write(direct);
        }
        goodLength += octets;
        size = goodLength;
        unsynced = true;
    }

    @GuardedBy("writing")
    private void fail(IOException cause) {
        closeChannel();
        trouble.journalFailed(file, cause);
    }

    @GuardedBy("writing")
    private void force(FileChannel open) {
        try {
            open.force(false);
            unsynced = false;
        } catch (IOException e) {
            fail(e);
        }
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
    /// older one is still there, because the save before went wrong, this one goes on.
    ///
    /// @throws IOException if the journal cannot be written; it stays in trouble
    void rotate() throws IOException {
        FileChannel replaced = null;
        writing.lock();
        try {
            write();
            if (Files.exists(oldFile)) {
                if (channel == null) {
                    openAt(Math.min(goodLength, Files.exists(file) ? Files.size(file) : 0));
                }
                return;
            }
            replaced = channel;
            channel = null;
            if (Files.exists(file)) {
                Files.move(file, oldFile);
            }
            openAt(0);
        } finally {
            writing.unlock();
            if (replaced != null) {
                leave(replaced);
            }
        }
    }

    /// Forces a journal that nobody writes any more to the disk, outside all locks.
    private void leave(FileChannel replaced) throws IOException {
        try (replaced) {
            if (fsync != Fsync.NEVER) {
                replaced.force(false);
            }
        }
    }

    /// Deletes what a finished save has made superfluous.
    void dropOld() throws IOException {
        Files.deleteIfExists(oldFile);
    }

    /// The octets of the journal.
    long size() {
        return size;
    }

    /// Writes what is left and forces it to the disk. Idempotent.
    @Override
    public void close() {
        writing.lock();
        try {
            write();
            if (channel != null && fsync != Fsync.NEVER) {
                force(channel);
            }
            closeChannel();
        } finally {
            writing.unlock();
        }
    }
}
