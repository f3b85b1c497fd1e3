package org.greydaemon.system;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Who reads what is written, by poll(2). Stateless.
public final class Readers {
    /// `struct pollfd`: the descriptor, what is wanted and what has come, 4, 2 and 2 octets.
    private static final int POLLFD = 8;

    private static final int CAME = 6;

    /// POLLERR, and POLLHUP: a pipe's reader has closed it, a terminal or a connection is gone.
    private static final int GONE = 0x8 | 0x10;

    private static final SystemCall POLL = new SystemCall("poll");

    private Readers() {}

    /// Whether nobody reads any more what is written to a descriptor, without waiting. Of a file
    /// that is never so.
    public static boolean areGone(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment asked = arena.allocate(POLLFD, Integer.BYTES);
            asked.set(ValueLayout.JAVA_INT, 0, descriptor);
            int count = POLL.call(SystemCall.errnoState(arena), asked.address(), 1, 0);
            return count > 0 && (asked.get(ValueLayout.JAVA_SHORT, CAME) & GONE) != 0;
        }
    }
}
