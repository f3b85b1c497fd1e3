package org.greydaemon.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Memory in pages of the system's. An arena of the JDK fills what it hands out with zeros, and so
/// has every page given to the process at once, which takes milliseconds for a megabyte; of this, a
/// page is given when it is first written to. Safe for use by several threads.
@SuppressWarnings("restricted") // The size of what C hands out is known here only.
public final class Pages {
    /// Below this, an arena's own memory is as good: a page each would be wasted.
    private static final long WORTH = 64 << 10;

    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS = 2 | 0x20;
    private static final long MAP_FAILED = -1;

    private static final MethodHandle MMAP =
            SystemCalls.function(
                    "mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP =
            SystemCalls.intFunction("munmap", ADDRESS, JAVA_LONG);

    private Pages() {}

    /// Memory that is zero, aligned to a long.
    ///
    /// @param arena gives it back when it is closed
    /// @param size in octets
    /// @throws OutOfMemoryError if the system has none
    public static MemorySegment zero(Arena arena, long size) {
        if (size < WORTH) {
            return arena.allocate(size, Long.BYTES);
        }
        try (Arena call = Arena.ofConfined()) {
            MemorySegment memory =
                    (MemorySegment)
                            MMAP.invokeExact(
                                    SystemCalls.errnoState(call),
                                    MemorySegment.NULL,
                                    size,
                                    PROT_READ_WRITE,
                                    MAP_PRIVATE_ANONYMOUS,
                                    -1,
                                    0L);
            if (memory.address() == MAP_FAILED) {
                throw new OutOfMemoryError("mmap of " + size + " octets");
            }
            return memory.reinterpret(size, arena, all -> unmap(all, size));
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.bug(e);
        }
    }

    private static void unmap(MemorySegment memory, long size) {
        try (Arena call = Arena.ofConfined()) {
            int _ = (int) MUNMAP.invokeExact(SystemCalls.errnoState(call), memory, size);
        } catch (Throwable e) {
            throw SystemCalls.bug(e);
        }
    }
}
