package org.greydaemon.server;

import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Opens files by flags that Java does not have, and names what was opened, whatever its path names
/// by now.
final class FileDescriptors {
    /// open(2): to read and write, makes the file, follows no link, closed on exec. Reading and
    /// writing, as opening a pipe only to write waits for a reader.
    static final int OWN_FILE = 2 | 0100 | 0400000 | 02000000;

    /// Any file, only to name it; follows no link.
    static final int NAME = 010000000 | 0400000 | 02000000;

    /// A folder, only to name what is in it.
    static final int FOLDER = 010000000 | 0200000 | 02000000;

    private static final int ONLY_WE = 0600;

    private static final SystemCall OPEN = new SystemCall("open");
    private static final SystemCall CLOSE = new SystemCall("close");

    private FileDescriptors() {}

    /// Opens a file; if it makes it, only we may use it.
    ///
    /// @throws IOException if the system refuses; the message is for the operator
    static int open(Path file, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            MemorySegment path = arena.allocateFrom(file.toString());
            int descriptor = OPEN.call(errno, path.address(), flags, ONLY_WE);
            if (descriptor < 0) {
                throw new IOException(file + ": " + SystemCall.message(SystemCall.errno(errno)));
            }
            return descriptor;
        }
    }

    /// The file that is open.
    static Path path(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = CLOSE.call(SystemCall.errnoState(arena), descriptor);
        }
    }
}
