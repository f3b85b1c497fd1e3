package org.greydaemon.store.memory;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import org.greydaemon.file.NewFile;
import org.greydaemon.file.RegularFile;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/// How the store opens and writes files: only regular ones, since a FIFO would hold the daemon
/// without a word, and none that others may read, since they tell who writes to whom.
final class StoreFiles {
    private StoreFiles() {}

    /// Opens a file to write to it; a missing one is made.
    static FileChannel open(Path file) throws IOException {
        return RegularFile.exists(file)
                ? FileChannel.open(file, WRITE)
                : FileChannel.open(file, Set.of(CREATE, WRITE), NewFile.PERMISSIONS);
    }

    /// Tells a file from another one of the same name; null if there is none.
    static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// The octets of a file; none if there is none.
    static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /// Keeps other processes away from an open file. Only a process that may write to it can keep
    /// us away.
    ///
    /// @throws IOException if another process has it; the message is for the operator
    static void lock(FileChannel file, Path saveFile) throws IOException {
        try {
            if (file.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // The same answer as from another process.
        }
        throw new IOException(
                saveFile
                        + ": another greydaemon uses this save file; stop it, or name another"
                        + " file");
    }

    /// Looks whether another process has locked a file.
    ///
    /// @throws IOException if it has; the message is for the operator
    static void requireFree(Path file, Path saveFile) throws IOException {
        if (Files.isRegularFile(file)) {
            try (FileChannel channel = FileChannel.open(file, WRITE)) {
                lock(channel, saveFile);
            }
        }
    }
}
