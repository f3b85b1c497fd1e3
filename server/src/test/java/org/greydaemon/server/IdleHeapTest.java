package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.function.BooleanSupplier;

final class IdleHeapTest {
    private static final long LIVE = 5 << 20;

    private boolean wasCollected;
    private long size = 2 * LIVE;
    private int collections;

    private final IdleHeap heap =
            new IdleHeap(
                    () -> wasCollected,
                    () -> size,
                    () -> {
                        collections++;
                        size = LIVE + LIVE / 5;
                    });

    private void quiet(int seconds) {
        for (int i = 0; i < seconds; i++) {
            heap.everySecond();
        }
    }

    @Test
    void whatACrowdHasLeftIsCollectedOnceItIsQuiet() {
        size = 10 * LIVE;
        for (int i = 0; i < 100; i++) {
            wasCollected = i % 3 == 0;
            heap.everySecond();
        }
        assertThat(collections).isZero();
        wasCollected = false;
        quiet(IdleHeap.QUIET_LOOKS);
        assertThat(collections).isOne();
        quiet(1_000);
        assertThat(collections).isOne();
    }

    @Test
    void daemonThatAnswersWithoutACrowdIsNotStopped() {
        for (int i = 0; i < 10_000; i++) {
            wasCollected = i % 100 == 99;
            size = IdleHeap.SMALL;
            heap.everySecond();
        }
        assertThat(collections).isZero();
    }

    @Test
    void muchThatIsInUseIsNotCollectedInVain() {
        size = 20 * LIVE;
        IdleHeap crowded = new IdleHeap(() -> false, () -> size, () -> collections++);
        for (int i = 0; i < IdleHeap.LONG_LOOKS; i++) {
            crowded.everySecond();
        }
        assertThat(collections).isOne();
        // But it may have gone: then it is found after ten minutes.
        for (int i = 0; i < IdleHeap.QUIET_LOOKS; i++) {
            crowded.everySecond();
        }
        assertThat(collections).isEqualTo(2);
    }

    /// Lists that are read again make the heap grow from second to second, whatever is collected.
    @Test
    void nobodyIsStoppedOnceMoreWhileAHeapGrows() {
        quiet(100);
        wasCollected = true;
        for (int i = 0; i < 100; i++) {
            size += LIVE;
            heap.everySecond();
        }
        assertThat(collections).isZero();
    }

    @Test
    void aCollectionIsNoticed() {
        BooleanSupplier collected = IdleHeap.collected();
        System.gc();
        assertThat(collected.getAsBoolean()).isTrue();
    }
}
