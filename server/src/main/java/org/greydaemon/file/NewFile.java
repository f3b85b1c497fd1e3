package org.greydaemon.file;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A new file of the daemon: none that others may read, since its files tell who writes to whom,
/// and none of which anybody sees a half, since it gets its name when it is complete. Stateless; a
/// file has one thread that replaces it.
public final class NewFile {
    /// What umask(2) takes away from it is still taken away.
    public static final FileAttribute<?> PERMISSIONS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private NewFile() {}

    /// What a new file is made of.
    public interface NewOctets {
        /// Writes them; whoever wants them to survive a power failure forces the channel.
        ///
        /// @throws IOException if that does not work
        void write(FileChannel to) throws IOException;
    }

    /// How the new file of a file is called while it is written, which nobody but the daemon uses.
    public static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /// Makes a file; whatever has its name is removed first, as opening a pipe would wait.
    ///
    /// @throws IOException if that does not work
    public static FileChannel create(Path file) throws IOException {
        Files.deleteIfExists(file);
        return FileChannel.open(file, Set.of(CREATE_NEW, WRITE), PERMISSIONS);
    }

    /// Writes a new file that then takes the place of the old one.
    ///
    /// @throws IOException if that does not work; the old file is as it was, and nothing is left of
    ///   the new one, which would keep the last room of a full disk
    public static void replace(Path file, NewOctets octets) throws IOException {
        Path begun = beside(file);
        try {
            try (FileChannel channel = create(begun)) {
                octets.write(channel);
            }
            Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            remove(begun, e);
            throw e;
        }
    }

    private static void remove(Path begun, IOException why) {
        try {
            Files.deleteIfExists(begun);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /// Writes all octets. The system may take fewer at a time, for example up to the last free
    /// block of a disk; then the next call says why.
    ///
    /// @throws IOException if it takes none and does not say why either
    public static void write(ByteBuffer octets, FileChannel to) throws IOException {
        while (octets.hasRemaining()) {
            if (to.write(octets) == 0) {
                throw new IOException(
                        "the system has taken none of " + octets.remaining() + " octets");
            }
        }
    }

    /// Forces a file's name to the disk: otherwise a power failure could bring back what it named
    /// before.
    ///
    /// @throws IOException if that does not work
    public static void forceName(Path file) throws IOException {
        Path parent = file.getParent();
        // A file may be named without any.
        Path folder = parent == null ? file.resolveSibling("") : parent;
        try (FileChannel directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
    }
}
