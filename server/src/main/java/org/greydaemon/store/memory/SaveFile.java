package org.greydaemon.store.memory;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import org.greydaemon.decision.Key;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The next save file while it is being written: to a new file, forced to the disk, then renamed
/// over the old one. Whatever goes wrong, the old file stays as it is. Confined to one thread.
///
/// The first error is kept and what follows is thrown away, so that a walk over the entries, which
/// also removes the expired ones, goes on while the disk is full.
final class SaveFile implements Shard.Visitor, AutoCloseable {
    private static final int BUFFER = 1 << 18;

    /// What is taken of an entry under the lock of its shard: time, three lengths, text.
    private static final int TAKEN_MAX =
            Long.BYTES + 3 * Short.BYTES + Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX;

    /// The sender's length of an entry that has none.
    private static final short CLIENT = -1;

    private final Path file;
    private final Path newFile;
    private final long wallOffsetSeconds;
    private final ByteBuffer taken = ByteBuffer.allocate(BUFFER);
    private final byte[] text = new byte[Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX];
    private final Key key = new Key();
    private final byte[] lines = new byte[BUFFER];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);
    private @Nullable FileChannel channel;
    private @Nullable IOException error;
    private int length;
    private long entries;
    private long octets;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    SaveFile(Path file, long wallOffsetSeconds) {
        this.file = file;
        this.wallOffsetSeconds = wallOffsetSeconds;
        newFile = file.resolveSibling(file.getFileName() + ".new");
        try {
            channel = FileChannel.open(newFile, CREATE, WRITE, TRUNCATE_EXISTING);
        } catch (IOException e) {
            error = e;
        }
    }

    @Override
    public boolean hasRoom() {
        return taken.remaining() >= TAKEN_MAX;
    }

    /// Only takes the entry down: the shard is locked, answers may wait for it.
    @Override
    public void entry(Key entry, long time) {
        taken.putLong(time);
        taken.putShort((short) entry.clientLength());
        taken.putShort((short) (entry.isTriplet() ? entry.senderLength() : CLIENT));
        taken.putShort((short) entry.recipientLength());
        taken.put(entry.bytes(), 0, entry.length());
        entries++;
    }

    /// Writes what has been taken, outside the locks of the shards.
    void flush() {
        taken.flip();
        while (taken.hasRemaining()) {
            if (BUFFER - length <= EntryLine.LENGTH_MAX) {
                write();
            }
            long time = readEntry();
            length = EntryLine.write(key, time + wallOffsetSeconds, lines, length);
            lines[length++] = '\n';
        }
        write();
        taken.clear();
    }

    private long readEntry() {
        long time = taken.getLong();
        int client = taken.getShort();
        int sender = taken.getShort();
        int recipient = taken.getShort();
        int textLength = client + Math.max(sender, 0) + recipient;
        taken.get(text, 0, textLength);
        key.client(text, 0, client);
        if (sender != CLIENT) {
            key.triplet(text, client, client + sender, client + sender, textLength);
        }
        return time;
    }

    private void write() {
        if (channel != null && error == null) {
            try {
                direct.clear().put(lines, 0, length).flip();
                while (direct.hasRemaining()) {
                    octets += channel.write(direct);
                }
            } catch (IOException e) {
                error = e;
            }
        }
        length = 0;
    }

    /// Puts the new file in the place of the old one.
    ///
    /// @throws IOException the first error since the beginning
    void commit() throws IOException {
        flush();
        if (error != null || channel == null) {
            throw error != null ? error : new IOException("the file is closed");
        }
        channel.force(true);
        channel.close();
        Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(file);
    }

    /// Forces a name to the disk: else a power failure could bring back what it named before.
    static void forceDirectory(Path file) throws IOException {
        Path parent = file.getParent();
        Path folder = parent == null ? Path.of("") : parent; // A file may be named without any.
        try (FileChannel directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
    }

    long entries() {
        return entries;
    }

    long octets() {
        return octets;
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
            Files.deleteIfExists(newFile);
        } catch (IOException e) {
            // Nothing depends on it: the next save begins with an empty one.
        }
    }
}
