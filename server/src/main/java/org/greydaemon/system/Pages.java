package org.greydaemon.system;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory in pages of the system's. An arena of the JDK fills what it hands out with zeros, and so
/// has every page given to the process at once, which takes milliseconds for a megabyte; of this, a
/// page is given when it is first written to. Safe for use by several threads.
@SuppressWarnings("restricted") // The size of what C hands out is known here only.
public final class Pages {
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS = 2 | 0x20;
    private static final long MAP_FAILED = -1;

    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;

    private static final SystemCall MMAP = new SystemCall("mmap");
    private static final SystemCall MUNMAP = new SystemCall("munmap");
    private static final SystemCall MADVISE = new SystemCall("madvise");

    /// The octets of the system's usual pages: 4 KiB, or 16 or 64 on some machines.
    static final int SIZE = size();

    private Pages() {}

    private static int size() {
        try (Arena call = Arena.ofConfined()) {
            return new SystemCall("getpagesize").call(SystemCall.errnoState(call));
        }
    }

    /// Memory that is zero, aligned to a page.
    ///
    /// @param arena gives it back when it is closed
    /// @param size in octets
    /// @throws OutOfMemoryError if the system has none
    public static MemorySegment zero(Arena arena, long size) {
        try (Arena call = Arena.ofConfined()) {
            long memory =
                    MMAP.callLong(
                            SystemCall.errnoState(call),
                            0,
                            size,
                            PROT_READ_WRITE,
                            MAP_PRIVATE_ANONYMOUS,
                            -1,
                            0);
            if (memory == MAP_FAILED) {
                throw new OutOfMemoryError("mmap of " + size + " octets");
            }
            return MemorySegment.ofAddress(memory)
                    .reinterpret(size, arena, all -> unmap(all, size));
        }
    }

    private static void unmap(MemorySegment memory, long size) {
        try (Arena call = Arena.ofConfined()) {
            int _ = MUNMAP.call(SystemCall.errnoState(call), memory.address(), size);
        }
    }

    /// Asks the system to back memory of {@link #zero} by pages of 2 MiB, if it has such.
    static void preferHuge(MemorySegment memory) {
        advise(memory, MADV_HUGEPAGE);
    }

    /// Gives the pages of memory of {@link #zero} back; it is zero again.
    ///
    /// @param memory whole pages
    /// @return whether the system took them
    static boolean giveBack(MemorySegment memory) {
        return advise(memory, MADV_DONTNEED);
    }

    private static boolean advise(MemorySegment memory, int advice) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(call);
            return MADVISE.call(errno, memory.address(), memory.byteSize(), advice) == 0;
        }
    }
}
