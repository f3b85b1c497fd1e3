package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.stream.IntStream;

/// One datagram must not cost a garbage collection: once compiled, steps and commits allocate
/// nothing on the heap.
final class AllocationTest {
    private static final int STEPS = 20_000;
    private static final int ROUNDS_MAX = 40;

    private final Rule always = (seen, now) -> true;
    private final Rule never = (seen, now) -> false;

    @TempDir Path folder;

    /// What counts the octets that this thread has allocated. Asked for by name, because the module
    /// that it is in is needed for nothing else.
    private static MethodHandle counter() throws Exception {
        Object bean =
                Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getThreadMXBean")
                        .invoke(null);
        return MethodHandles.publicLookup()
                .findVirtual(
                        Class.forName("com.sun.management.ThreadMXBean"),
                        "getCurrentThreadAllocatedBytes",
                        MethodType.methodType(long.class))
                .bindTo(bean);
    }

    @Test
    void stepsAndCommitsAllocateNothingOnTheHeap() throws Throwable {
        MethodHandle counter = counter();
        long start = (long) counter.invokeExact();
        byte[] octets = new byte[10_000];
        assertThat((long) counter.invokeExact() - start).isGreaterThan(octets.length);
        try (MemoryStore store = new Site(folder).open(START)) {
            Key[] keys = IntStream.range(0, 1_000).mapToObj(i -> name(i).key()).toArray(Key[]::new);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS_MAX && least > 0; round++) {
                long before = (long) counter.invokeExact();
                steps(store, keys, START + 100L * round);
                least = Math.min(least, (long) counter.invokeExact() - before);
            }
            assertThat(least).isZero();
        }
    }

    private static Name name(int i) {
        return i % 2 == 0
                ? Name.client("192.0.2." + i)
                : Name.triplet("10.0.0." + i % 250, "a" + i + "@b", "d@e");
    }

    private void steps(MemoryStore store, Key[] keys, long now) {
        for (int i = 0; i < STEPS; i++) {
            store.step(keys[i % keys.length], i % 3 == 0 ? always : never, now);
            if (i % 64 == 0) {
                store.commit();
            }
        }
    }
}
