package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Holds off other daemons that start or stop in the same folder (flock(2) on the folder itself, so
/// that no file is left behind). It ends with the process at the latest. Confined to one thread;
/// excludes other threads of this process, too.
final class DirectoryLock implements AutoCloseable {
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int EINTR = 4;
    private static final int EWOULDBLOCK = 11;

    /// What is done under the lock takes some milliseconds.
    private static final int TRIES = 1_000;

    private static final long PAUSE_MILLIS = 10;

    private static final MethodHandle OPEN = SystemCalls.intFunction("open", ADDRESS, JAVA_INT);
    private static final MethodHandle FLOCK = SystemCalls.intFunction("flock", JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = SystemCalls.intFunction("close", JAVA_INT);

    private final int descriptor;

    /// Waits for the lock, at most ten seconds.
    ///
    /// @throws IOException if the folder cannot be read, or another process keeps the lock; the
    ///   message is for the operator
    DirectoryLock(Path directory) throws IOException {
        descriptor = open(directory);
        for (int tries = 0; !isLocked(directory); tries++) {
            if (tries == TRIES) {
                close();
                throw new IOException("another process has locked " + directory);
            }
            pause();
        }
    }

    private static int open(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCalls.errnoState(arena);
            MemorySegment path = arena.allocateFrom(directory.toString());
            int opened = (int) OPEN.invokeExact(errno, path, O_RDONLY_CLOEXEC);
            if (opened < 0) {
                throw refusal(directory, SystemCalls.errno(errno));
            }
            return opened;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.bug(e);
        }
    }

    private boolean isLocked(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCalls.errnoState(arena);
            if ((int) FLOCK.invokeExact(errno, descriptor, LOCK_EX_NB) == 0) {
                return true;
            }
            int error = SystemCalls.errno(errno);
            if (error != EWOULDBLOCK && error != EINTR) {
                close();
                throw refusal(directory, error);
            }
            return false;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.bug(e);
        }
    }

    private static IOException refusal(Path directory, int errno) {
        return new IOException(
                "the folder " + directory + " cannot be locked: " + SystemCalls.message(errno));
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Lets the others go on.
    @Override
    public void close() {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(SystemCalls.errnoState(arena), descriptor);
        } catch (Throwable e) {
            throw SystemCalls.bug(e);
        }
    }
}
