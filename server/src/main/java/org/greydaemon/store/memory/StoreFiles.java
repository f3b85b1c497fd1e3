package org.greydaemon.store.memory;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import org.greydaemon.file.RegularFile;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// How the store opens and writes files: only regular ones, since a FIFO would hold the daemon
/// without a word, and none that others may read, since they tell who writes to whom.
final class StoreFiles {
    /// What umask(2) takes away from it is still taken away.
    private static final FileAttribute<?> PERMISSIONS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private StoreFiles() {}

    /// Opens a file to write to it; a missing one is made.
    static FileChannel open(Path file) throws IOException {
        return RegularFile.exists(file)
                ? FileChannel.open(file, WRITE)
                : open(file, Set.of(CREATE, WRITE));
    }

    /// Makes a file; what has its name, which nobody but the daemon uses, is removed first.
    static FileChannel create(Path file) throws IOException {
        Files.deleteIfExists(file);
        return open(file, Set.of(CREATE_NEW, WRITE));
    }

    private static FileChannel open(Path file, Set<OpenOption> options) throws IOException {
        return FileChannel.open(file, options, PERMISSIONS);
    }

    /// Keeps a file as it is beside it, as FILE.strange, in the place of what was there.
    ///
    /// @param isReplaced whether it is never written to, but replaced as a whole: then a second
    ///   name will do, which needs no room on a full disk
    /// @return where it is kept
    /// @throws FileSystemException if it cannot be written; the message is for the operator
    static Path keep(Path file, boolean isReplaced) throws IOException {
        Path copy = file.resolveSibling(file.getFileName() + ".strange");
        if (isReplaced) {
            Files.deleteIfExists(copy);
            try {
                return Files.createLink(copy, file.toRealPath());
            } catch (FileSystemException | UnsupportedOperationException e) {
                // Its file system has no second names, or it lies on another one.
            }
        }
        try (FileChannel from = FileChannel.open(file, READ);
                FileChannel to = create(copy)) {
            long size = from.size();
            for (long at = 0; at < size; ) {
                long n = from.transferTo(at, size - at, to);
                if (n <= 0) {
                    break; // It has become shorter.
                }
                at += n;
            }
            to.force(true);
            return copy;
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) { // Of writing, which does not name the file.
            throw new FileSystemException(copy.toString(), null, e.getMessage());
        }
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

    /// Writes all octets. The system may take fewer at a time, for example up to the last free
    /// block of a disk; then the next call says why.
    ///
    /// @throws IOException if it takes none and does not say why either
    static void write(ByteBuffer octets, FileChannel to) throws IOException {
        while (octets.hasRemaining()) {
            if (to.write(octets) == 0) {
                throw new IOException(
                        "the system has taken none of " + octets.remaining() + " octets");
            }
        }
    }

    /// Forces a name to the disk: otherwise a power failure could bring back what it named before.
    static void forceDirectory(Path file) throws IOException {
        Path parent = file.getParent();
        // A file may be named without any.
        Path folder = parent == null ? file.resolveSibling("") : parent;
        try (FileChannel directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
    }
}
