package org.greydaemon.system;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// How long the turns of a thread are while all processors are busy (sched_setattr(2)). As Linux
/// lays it out:
///
/// ```
/// sched_attr   0 size   4 policy   8 flags   16 nice   20 priority   24 runtime   32 deadline   40 period
/// ```
///
/// No state; safe for use by several threads.
public final class TimeSlice {
    private static final int SIZE = 48;
    private static final int NICE = 16;
    private static final int RUNTIME = 24;
    private static final int PRIO_PROCESS = 0;

    /// A fraction of what the system gives others, 0.7 to 2.8 ms.
    private static final long SHORT_NANOS = 300_000;

    private TimeSlice() {}

    /// Asks for short turns for the calling thread, which is a platform one. Since Linux 6.12 who
    /// wakes and has shorter turns than who runs goes first, and need not wait for the other's to
    /// be over, some milliseconds; each has the same share as before. Earlier ones take no notice,
    /// and where it is forbidden answers wait as those of any program ([ADR
    /// 28](docs/adr/0028-short-turns.md)).
    ///
    /// @return whether the system has heard it
    @CanIgnoreReturnValue
    public static boolean shorten() {
        int number = number(System.getProperty("os.arch", ""));
        if (number == 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            MemorySegment wanted = arena.allocate(SIZE, 8);
            wanted.set(JAVA_INT, 0, SIZE);
            // What the operator has said with nice(1) stays.
            wanted.set(JAVA_INT, NICE, new SystemCall("getpriority").call(errno, PRIO_PROCESS, 0));
            wanted.set(JAVA_LONG, RUNTIME, SHORT_NANOS);
            return new SystemCall("syscall").call(errno, number, 0, wanted.address(), 0) == 0;
        }
    }

    /// The number of sched_setattr, which older C libraries have no function for; 0 if unknown.
    private static int number(String architecture) {
        return switch (architecture) {
            case "amd64" -> 314;
            case "aarch64", "riscv64", "loongarch64" -> 274;
            case "s390x" -> 345;
            case "ppc64le" -> 355;
            default -> 0;
        };
    }
}
