package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.Allocation;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.stream.IntStream;

/// One datagram must not cost a garbage collection: once compiled, steps and commits allocate
/// nothing on the heap.
final class AllocationTest {
    private static final int STEPS = 20_000;

    private final Rule always = (seen, now) -> now;
    private final Rule never = (seen, now) -> seen;

    @TempDir Path folder;

    private long now = START;
    private byte[] kept = {};

    @Test
    void stepsAndCommitsAllocateNothingOnTheHeap() throws Exception {
        Allocation allocation = new Allocation();
        assertThat(allocation.of(() -> kept = new byte[10_000])).isGreaterThan(10_000);
        try (MemoryStore store = new Site(folder).open(START)) {
            Key[] keys = IntStream.range(0, 1_000).mapToObj(i -> name(i).key()).toArray(Key[]::new);
            assertThat(allocation.least(() -> steps(store, keys))).isZero();
        }
    }

    private static Name name(int i) {
        return i % 2 == 0
                ? Name.client("192.0.2." + i)
                : Name.triplet("10.0.0." + i % 250, "a" + i + "@b", "d@e");
    }

    private void steps(MemoryStore store, Key[] keys) {
        now += 100;
        for (int i = 0; i < STEPS; i++) {
            store.step(keys[i % keys.length], i % 3 == 0 ? always : never, now);
            if (i % 64 == 0) {
                store.commit();
            }
        }
    }
}
