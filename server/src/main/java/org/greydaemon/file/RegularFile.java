package org.greydaemon.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Looks at what a name names before it is opened: opening a FIFO waits for who has its other end,
/// without a word, and a stop waits with it.
public final class RegularFile {
    private static final int S_IFMT = 0170000;
    private static final int S_IFIFO = 0010000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;

    private static final String DEVICE = "unix:rdev";

    private RegularFile() {}

    /// Whether there is a file that we read and write.
    ///
    /// @throws FileAlreadyExistsException if it is something else; its reason is for the operator
    public static boolean exists(Path file) throws IOException {
        int kind;
        try {
            kind = kind(file);
        } catch (NoSuchFileException e) {
            return false;
        }
        if (kind == S_IFREG) {
            return true;
        }
        String what =
                switch (kind) {
                    case S_IFDIR -> "a folder";
                    case S_IFIFO -> "a FIFO";
                    default -> "a device or a socket";
                };
        throw new FileAlreadyExistsException(
                file.toString(), null, "is " + what + ", no file; remove it, or name another file");
    }

    /// Whether what has been read of it is gone: a pipe, or a device such as a terminal. Nothing is
    /// ever in `/dev/null`.
    public static boolean isReadOnce(Path file) {
        try {
            int kind = kind(file);
            return kind == S_IFIFO || (kind == S_IFCHR && !isNull(file));
        } catch (IOException e) {
            return false; // Whoever reads it says so.
        }
    }

    /// By the number of the device: a container may have another file of it, mounted as a list to
    /// empty that.
    private static boolean isNull(Path file) throws IOException {
        return Files.getAttribute(file, DEVICE)
                .equals(Files.getAttribute(Path.of("/dev/null"), DEVICE));
    }

    private static int kind(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode") & S_IFMT;
    }

    /// Reads what an operator has written, see {@link #open}.
    ///
    /// @param max no more octets are read
    /// @throws IOException if it cannot be read; the message says why
    public static byte[] read(Path file, int max) throws IOException {
        try (InputStream in = open(file)) {
            return in.readNBytes(max);
        }
    }

    /// Opens what an operator has written. A pipe that the process was given, as `/dev/stdin` or
    /// `/dev/fd/63`, is opened; one with a name of its own is not.
    ///
    /// @throws IOException if it cannot be read; the message says why
    public static InputStream open(Path file) throws IOException {
        boolean isGiven = file.startsWith("/dev") || file.startsWith("/proc");
        if (!isGiven && kind(file) == S_IFIFO) {
            throw new IOException("Is a FIFO");
        }
        return Files.newInputStream(file);
    }
}
