package org.greydaemon.store.memory;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// How the files of the store are opened: who writes with whom is nobody else's business, and a
/// pipe is not waited for.
final class StoreFiles {
    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    // The kind of a file in its mode, and that of a pipe (inode(7)).
    private static final int S_IFMT = 0170000;
    private static final int S_IFIFO = 0010000;

    private StoreFiles() {}

    /// Opens a file to write to it, and makes it if there is none.
    static FileChannel open(Path file) throws IOException {
        requireNoPipe(file);
        return open(file, Set.of(CREATE, WRITE));
    }

    /// Begins a file anew.
    static FileChannel create(Path file) throws IOException {
        makeWay(file);
        return open(file, Set.of(CREATE, WRITE, TRUNCATE_EXISTING));
    }

    /// Removes a pipe from where a file is to be made.
    static void makeWay(Path file) throws IOException {
        if (isPipe(file)) {
            Files.delete(file);
        }
    }

    private static FileChannel open(Path file, Set<? extends OpenOption> options)
            throws IOException {
        return FileChannel.open(file, options, MODE);
    }

    /// Keeps other processes away from an open file. Only who may write to it can keep us away.
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

    /// Opening a pipe would wait for who writes to it, and a signal to stop would wait with it.
    ///
    /// @throws FileSystemException if a pipe lies there
    static void requireNoPipe(Path file) throws IOException {
        if (isPipe(file)) {
            throw new FileSystemException(file.toString(), null, "is a pipe; remove it");
        }
    }

    private static boolean isPipe(Path file) throws IOException {
        return Files.exists(file)
                && ((int) Files.getAttribute(file, "unix:mode") & S_IFMT) == S_IFIFO;
    }
}
