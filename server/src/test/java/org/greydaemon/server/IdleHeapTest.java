package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IdleHeapTest {
    private static final long LIVE = 5 << 20;

    private long used = LIVE;
    private long size = 2 * LIVE;
    private int collections;

    private final IdleHeap heap =
            new IdleHeap(
                    () -> used,
                    () -> size,
                    () -> {
                        collections++;
                        used = LIVE;
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
            used = LIVE + (i % 3 << 20) + ((long) i << 15); // Falls in every third second.
            heap.everySecond();
        }
        assertThat(collections).isZero();
        quiet(IdleHeap.QUIET_LOOKS);
        assertThat(collections).isOne();
        quiet(1_000);
        assertThat(collections).isOne();
    }

    @Test
    void daemonThatAnswersWithoutACrowdIsNotStopped() {
        for (int i = 0; i < 10_000; i++) {
            used += 10_000 - (i % 100 == 99 ? 1_000_000 : 0);
            size = Math.min(IdleHeap.SMALL, used * 2);
            heap.everySecond();
        }
        assertThat(collections).isZero();
    }

    @Test
    void muchThatIsInUseIsNotCollectedInVain() {
        size = 20 * LIVE;
        IdleHeap crowded = new IdleHeap(() -> 18 * LIVE, () -> size, () -> collections++);
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
}
