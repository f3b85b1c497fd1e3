package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;
import org.greydaemon.file.NewFile;
import org.greydaemon.store.Store;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// The next save file while it is being written: to a new file, forced to the disk, then renamed
/// over the old one. Whatever goes wrong, the old file stays as it is. Confined to one thread.
///
/// The first error is kept and what follows is thrown away, so that a walk over the entries, which
/// also removes the expired ones, goes on while the disk is full. The new file is removed at once
/// then: the journal may fit where it does not.
final class SaveFile implements Store.Visitor, AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final Path file;
    private final Path newFile;
    private final long wallOffsetSeconds;
    private final byte[] lines = new byte[BUFFER];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);
    private final CRC32C checksum = new CRC32C();
    private @Nullable FileChannel channel;
    private @Nullable IOException error;
    private int length;
    private long entries;
    private long octets;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    SaveFile(Path file, long wallOffsetSeconds) {
        this.file = file;
        this.wallOffsetSeconds = wallOffsetSeconds;
        newFile = NewFile.beside(file);
        try {
            channel = NewFile.create(newFile);
        } catch (IOException e) {
            error = e;
        }
    }

    @Override
    public void entry(Key key, long entry) {
        if (BUFFER - length <= EntryLine.LENGTH_MAX) {
            write();
        }
        length = EntryLine.write(key, entry, wallOffsetSeconds, lines, length);
        lines[length++] = '\n';
        entries++;
    }

    /// Begins with a line that is no entry, with its end.
    void begin(byte[] line) {
        System.arraycopy(line, 0, lines, length, line.length);
        length += line.length;
    }

    private void write() {
        if (channel != null && error == null) {
            try {
                direct.clear().put(lines, 0, length).flip();
                NewFile.write(direct, channel);
                checksum.update(lines, 0, length);
                octets += length;
            } catch (IOException e) {
                error = e;
                close();
            }
        }
        length = 0;
    }

    /// Puts the new file in the place of the old one.
    ///
    /// @param before hears what the file is when it is on the disk and before it has its name
    /// @return the same
    /// @throws IOException the first error since the beginning
    FileIdentity commit(Consumer<FileIdentity> before) throws IOException {
        write();
        if (error != null || channel == null) {
            throw error != null ? error : new IOException("the file is closed");
        }
        channel.force(true);
        channel.close();
        FileIdentity identity = new FileIdentity(octets, (int) checksum.getValue());
        before.accept(identity);
        Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE);
        NewFile.forceName(file);
        return identity;
    }

    /// Whether it will not become a save file.
    boolean hasFailed() {
        return error != null;
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
