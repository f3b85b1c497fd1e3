package org.greydaemon.server;

import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Objects;

/// Keeps other daemons away from the path of a unix socket for as long as we listen there: flock(2)
/// on a file beside it that is ours and that only we can open, so that nobody else can keep *us*
/// away. It ends with the process at the latest. Confined to one thread; excludes other threads of
/// this process, too.
///
/// The folder is opened once and what is done in it is done there, even if root does it in a folder
/// that somebody else moves away meanwhile.
final class SocketLock implements AutoCloseable {
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int EWOULDBLOCK = 11;

    /// How often a daemon that ends may remove the file while we open it.
    private static final int TRIES = 100;

    private static final SystemCall FLOCK = new SystemCall("flock");
    private static final SystemCall GETEUID = new SystemCall("geteuid");

    private final Path shown;
    private final int folder;
    private final Path socket;
    private final Path file;
    private int descriptor;

    /// Takes the lock, or does not.
    ///
    /// @throws IOException if another process has it, or the file cannot be made; the message is
    ///   for the operator
    SocketLock(Path path) throws IOException {
        String name = Objects.requireNonNull(path.getFileName()).toString();
        shown = path.resolveSibling(name + ".lock");
        folder =
                FileDescriptors.open(
                        Objects.requireNonNull(path.toAbsolutePath().getParent()),
                        FileDescriptors.FOLDER);
        socket = FileDescriptors.path(folder).resolve(name);
        file = FileDescriptors.path(folder).resolve(name + ".lock");
        try {
            lock();
        } catch (IOException e) {
            FileDescriptors.close(folder);
            throw e;
        }
    }

    private void lock() throws IOException {
        for (int tries = 0; tries < TRIES; tries++) {
            descriptor = open();
            try {
                requireOurs();
                flock();
                if (isInPlace()) {
                    return;
                }
            } catch (IOException e) {
                FileDescriptors.close(descriptor);
                throw e;
            }
            FileDescriptors.close(descriptor); // Its owner has removed it.
        }
        throw new IOException(shown + ": it is removed again and again");
    }

    private int open() throws IOException {
        try {
            return FileDescriptors.open(file, FileDescriptors.OWN_FILE);
        } catch (IOException e) {
            throw new IOException(
                    String.valueOf(e.getMessage()).replace(file.toString(), shown.toString()), e);
        }
    }

    /// In a folder where others may write, a file of theirs could be there first.
    private void requireOurs() throws IOException {
        Path opened = FileDescriptors.path(descriptor);
        PosixFileAttributes attributes = Files.readAttributes(opened, PosixFileAttributes.class);
        int owner = (int) Files.getAttribute(opened, "unix:uid");
        if (!attributes.isRegularFile() || (owner != 0 && owner != us())) {
            throw new IOException(
                    shown
                            + " is no lock of ours: it belongs to "
                            + attributes.owner().getName()
                            + "; remove it, or choose a folder where only the daemon's user may"
                            + " write");
        }
    }

    /// The user that this process acts as.
    static int us() {
        try (Arena arena = Arena.ofConfined()) {
            return GETEUID.call(SystemCall.errnoState(arena));
        }
    }

    private void flock() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            if (FLOCK.call(errno, descriptor, LOCK_EX_NB) != 0) {
                int error = SystemCall.errno(errno);
                throw error == EWOULDBLOCK
                        ? new BindException("another process listens there")
                        : new IOException(shown + ": " + SystemCall.message(error));
            }
        }
    }

    /// Whether the locked file is the one that others find.
    private boolean isInPlace() throws IOException {
        try {
            return Objects.equals(
                    Files.readAttributes(
                                    FileDescriptors.path(descriptor), BasicFileAttributes.class)
                            .fileKey(),
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// The socket in the folder as it was when it was locked.
    Path socket() {
        return socket;
    }

    /// Of a file that we have made in this folder, as the socket will be one.
    PosixFileAttributes attributes() throws IOException {
        return Files.readAttributes(FileDescriptors.path(descriptor), PosixFileAttributes.class);
    }

    /// Removes the file and lets others go on.
    @Override
    public void close() {
        try {
            if (isInPlace()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // Nobody has it locked any more all the same.
        } finally {
            FileDescriptors.close(descriptor);
            FileDescriptors.close(folder);
        }
    }
}
