package org.greydaemon.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Whoever writes to a pipe sees that its reader has gone before he writes.
final class ReadersTest {
    private static final SystemCall PIPE = new SystemCall("pipe");
    private static final SystemCall CLOSE = new SystemCall("close");

    @Test
    void thePipesReaderIsThereUntilItCloses() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            MemorySegment ends = arena.allocate(2 * Integer.BYTES, Integer.BYTES);
            assertThat(PIPE.call(errno, ends.address())).isZero();
            int reads = ends.get(ValueLayout.JAVA_INT, 0);
            int writes = ends.get(ValueLayout.JAVA_INT, Integer.BYTES);
            try {
                assertThat(Readers.areGone(writes)).isFalse();
                assertThat(CLOSE.call(errno, reads)).isZero();
                assertThat(Readers.areGone(writes)).isTrue();
            } finally {
                assertThat(CLOSE.call(errno, writes)).isZero();
            }
        }
    }
}
