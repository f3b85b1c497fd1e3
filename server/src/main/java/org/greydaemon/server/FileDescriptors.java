package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.greydaemon.system.SystemCalls;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Opens files by flags that Java does not have, and names what was opened, whatever its path names
/// by now.
final class FileDescriptors {
    /// open(2): to read and write, makes the file, follows no link, closed on exec. Reading and
    /// writing, as opening a pipe only to write waits for a reader.
    static final int OWN_FILE = 2 | 0100 | 0400000 | 02000000;

    /// A folder, only to name what is in it.
    static final int FOLDER = 010000000 | 0200000 | 02000000;

    private static final int ONLY_WE = 0600;

    private static final MethodHandle OPEN =
            SystemCalls.intFunction("open", ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = SystemCalls.intFunction("close", JAVA_INT);

    private FileDescriptors() {}

    /// Opens a file; if it makes it, only we may use it.
    ///
    /// @throws IOException if the system refuses; the message is for the operator
    static int open(Path file, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCalls.errnoState(arena);
            MemorySegment path = arena.allocateFrom(file.toString());
            int descriptor = (int) OPEN.invokeExact(errno, path, flags, ONLY_WE);
            if (descriptor < 0) {
                throw new IOException(file + ": " + SystemCalls.message(SystemCalls.errno(errno)));
            }
            return descriptor;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.bug(e);
        }
    }

    /// The file that is open.
    static Path path(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(SystemCalls.errnoState(arena), descriptor);
        } catch (Throwable e) {
            throw SystemCalls.bug(e);
        }
    }
}
