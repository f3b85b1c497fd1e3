package org.greydaemon.file;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of ours of which something cannot be read, whatever has damaged it. What is written next
/// leaves that out, so it is kept as it was, as FILE.strange, in the place of what was there: it
/// may be the only copy, if a hand has erred, a disk, or a newer version wrote it. Stateless.
public final class StrangeFile {
    private StrangeFile() {}

    /// Where a file is kept.
    public static Path path(Path file) {
        return file.resolveSibling(file.getFileName() + ".strange");
    }

    /// Keeps a file that is also used on.
    ///
    /// @param isReplaced whether it is never written to, but replaced as a whole: then a second
    ///   name will do, which needs no room on a full disk
    /// @return where it is kept
    /// @throws FileSystemException if it cannot be written; the message is for the operator
    public static Path keep(Path file, boolean isReplaced) throws IOException {
        Path kept = path(file);
        if (isReplaced) {
            Files.deleteIfExists(kept);
            try {
                return Files.createLink(kept, file.toRealPath());
            } catch (FileSystemException | UnsupportedOperationException e) {
                // Its file system has no second names, or it lies on another one.
            }
        }
        copy(file, kept);
        return kept;
    }

    private static void copy(Path file, Path kept) throws IOException {
        try (FileChannel from = FileChannel.open(file, READ);
                FileChannel to = NewFile.create(kept)) {
            long size = from.size();
            for (long at = 0; at < size; ) {
                long n = from.transferTo(at, size - at, to);
                if (n <= 0) {
                    break; // It has become shorter.
                }
                at += n;
            }
            to.force(true);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) { // Of writing, which does not name the file.
            throw new FileSystemException(kept.toString(), null, e.getMessage());
        }
    }
}
