package org.greydaemon.system;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Has the JVM's compilers, and a daemon that only rehearses, give way to those that answer while
/// all processors are busy (setpriority(2), which counts for one thread on Linux). It takes no
/// privilege, cannot be taken back, and comes on top of what the operator has said with nice(1). No
/// thread of a daemon that answers and runs Java: a collection waits until each of those has
/// stopped ([ADR 28](docs/adr/0028-short-turns.md)). No state; safe for use by several threads.
public final class Niceness {
    /// A third of the others' share: they are interrupted at once by who wakes, and still get on.
    private static final int COMPILERS = 5;

    /// A tenth of the others' share: nobody waits for what it does.
    private static final int REHEARSING = 10;

    private static final int PRIO_PROCESS = 0;
    private static final Path THREADS = Path.of("/proc/self/task");

    private Niceness() {}

    /// Lowers the calling thread, which is a platform one, and those that it begins.
    ///
    /// @return whether the system has heard it
    @CanIgnoreReturnValue
    public static boolean rehearsalGivesWay() {
        return lower(0, REHEARSING);
    }

    /// Lowers the threads in which the JVM compiles what runs often, and those that they begin.
    ///
    /// @return how many there are; 0 where the system does not tell
    @CanIgnoreReturnValue
    public static int compilersGiveWay() {
        return compilersGiveWay(THREADS);
    }

    /// @param tasks has a folder for each thread, some of which may have ended
    static int compilersGiveWay(Path tasks) {
        int lowered = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String name = ThreadFile.read(thread.resolve("comm")).orElse("");
                if (isCompiler(name)) {
                    int number = Integer.parseInt(thread.getFileName().toString());
                    lowered += lower(number, COMPILERS) ? 1 : 0;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return lowered; // No such system.
        }
        return lowered;
    }

    /// @param name HotSpot's, as far as the system keeps it
    static boolean isCompiler(String name) {
        return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
    }

    /// @param thread its number; 0 for the calling one
    private static boolean lower(int thread, int steps) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            int nice = new SystemCall("getpriority").call(errno, PRIO_PROCESS, thread);
            return new SystemCall("setpriority").call(errno, PRIO_PROCESS, thread, nice + steps)
                    == 0;
        }
    }
}
