package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IdleHeapTest {
    private static final long LIVE = 5 << 20;

    private long used = LIVE;
    private int collections;

    private final IdleHeap heap =
            new IdleHeap(
                    () -> used,
                    () -> {
                        collections++;
                        used = LIVE;
                    });

    private void quiet(int seconds) {
        for (int i = 0; i < seconds; i++) {
            heap.everySecond();
        }
    }

    @Test
    void whatACrowdHasLeftIsCollectedOnceItIsQuiet() {
        quiet(IdleHeap.QUIET_LOOKS);
        assertThat(collections).isOne(); // What the start has left.
        for (int i = 0; i < 100; i++) {
            used = LIVE + (i % 3 << 20) + ((long) i << 20); // Falls in every third second.
            heap.everySecond();
        }
        assertThat(collections).isOne();
        quiet(IdleHeap.QUIET_LOOKS);
        assertThat(collections).isEqualTo(2);
    }

    @Test
    void idleDaemonIsNotStoppedAgainAndAgain() {
        for (int i = 0; i < 10_000; i++) {
            used += 10; // Figures are gathered all the time.
            heap.everySecond();
        }
        assertThat(collections).isOne();
    }

    @Test
    void muchThatIsInUseIsNotCollectedInVain() {
        quiet(IdleHeap.QUIET_LOOKS);
        used = 2 * LIVE;
        IdleHeap crowded = new IdleHeap(() -> used, () -> collections++);
        for (int i = 0; i < 1_000; i++) {
            crowded.everySecond();
        }
        assertThat(collections).isEqualTo(2);
    }
}
