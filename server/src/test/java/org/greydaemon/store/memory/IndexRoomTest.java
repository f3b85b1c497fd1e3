package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.system.PagePool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How many slots an index has, and how its entries move from one table to the next. Here the n-th
/// record is just its number, from 1 on.
final class IndexRoomTest {
    private static final int SLOTS_MIN = 64;

    private final PagePool pages = new PagePool();
    private final Index index = new Index(pages);

    @AfterEach
    void freeMemory() {
        pages.close();
    }

    /// The first tag that belongs to a place, of so many.
    private static int tag(int place, int places) {
        return (int) Math.ceilDiv((long) place << 32, (long) places);
    }

    /// Adds records whose tags are as far from each other as they can be.
    private void add(int count) {
        for (int i = 0; i < count; i++) {
            index.makeRoom();
            index.add(tag(i, count), i + 1);
        }
    }

    /// A change that changes nothing.
    private void touch() {
        index.replace(tag(0, 1), 1, 1);
    }

    private void endMove() {
        for (int i = 0; i < 1_000; i++) {
            touch();
        }
    }

    private long slots() {
        return index.bytes() / Long.BYTES;
    }

    @Test
    void theTableGrowsByHalfBeforeMoreThanThreeQuartersOfItAreTaken() {
        add(48);
        assertThat(slots()).isEqualTo(SLOTS_MIN);
        index.makeRoom();
        assertThat(slots()).as("the old one is there too").isEqualTo(64 + 96);
        endMove();
        assertThat(slots()).isEqualTo(96);
    }

    @Test
    void theTableShrinksByAThirdWhenLessThanThreeEighthsOfItAreTaken() {
        add(72);
        endMove();
        assertThat(slots()).isEqualTo(96);
        for (int i = 72; i > 36; i--) {
            index.remove(tag(i - 1, 72), i);
        }
        assertThat(slots()).isEqualTo(96);
        index.remove(tag(35, 72), 36);
        assertThat(slots()).isEqualTo(96 + 64);
        endMove();
        for (int i = 35; i > 0; i--) {
            assertThat(slots()).as("%d entries", i).isEqualTo(SLOTS_MIN);
            index.remove(tag(i - 1, 72), i);
        }
    }

    /// An answer waits for the sixteen slots that one change empties, and for the rest of a run.
    @Test
    void eachChangeEmptiesSixteenSlots() {
        add(72);
        index.makeRoom();
        for (int change = 1; change <= 6; change++) {
            assertThat(slots()).as("change %d", change).isEqualTo(96 + 144);
            touch();
        }
        assertThat(slots()).isEqualTo(144);
    }

    @Test
    void whatLiesAtAPlaceOrBehindItIsFoundWhileEntriesMove() {
        int count = 72;
        add(count);
        index.makeRoom();
        do {
            for (int i = 0; i < count; i++) {
                assertThat(index.any(tag(i, count))).isEqualTo(i + 1);
            }
            // Of four slots one is free, the last of all too.
            for (int free = 3; free < 95; free += 4) {
                assertThat(index.any(tag(2 * free + 1, 192))).isEqualTo(free / 4 * 3 + 4);
            }
            assertThat(index.any(-1)).isBetween(1, count);
            touch();
        } while (slots() > 144);
    }

    @Test
    void placeOfAnEntryCanBeFetched() {
        add(48);
        assertThat(index.peek(tag(17, 48))).isEqualTo(SlotTable.entry(tag(17, 48), 18));
    }

    @Test
    void whatIsNotThereCanNeitherMoveNorGo() {
        add(10);
        assertThatThrownBy(() -> index.remove(tag(1, 10), 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("record 3 is not in the index");
        assertThatThrownBy(() -> index.replace(tag(1, 10), 3, 4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("record 3 is not in the index");
        index.remove(tag(2, 10), 3);
        assertThatThrownBy(() -> index.remove(tag(2, 10), 3))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void expectedEntriesHaveRoomAtOnce() {
        index.expect(10_000);
        assertThat(slots()).isEqualTo(16_000);
        add(10_000);
        assertThat(slots()).isEqualTo(16_000);
    }

    @Test
    void nothingIsExpectedOfAnIndexThatIsInUse() {
        add(1);
        index.expect(10_000);
        assertThat(slots()).isEqualTo(SLOTS_MIN);
    }

    @Test
    void aTableIsNeverSmallerThanTheSmallest() {
        index.expect(5);
        assertThat(slots()).isEqualTo(SLOTS_MIN);
        index.fit();
        assertThat(slots()).isEqualTo(SLOTS_MIN);
    }

    @Test
    void whatHasNotComeTakesNoRoom() {
        index.expect(10_000);
        add(1_000);
        index.fit();
        assertThat(slots()).as("all have moved").isEqualTo(1_600);
        for (int i = 0; i < 1_000; i++) {
            assertThat(index.any(tag(i, 1_000))).isEqualTo(i + 1);
        }
    }

    @Test
    void whatHasComeAsExpectedStaysWhereItIs() {
        index.expect(1_000);
        add(600); // Three eighths.
        index.fit();
        assertThat(slots()).isEqualTo(1_600);
    }

    @Test
    void tablesAreGivenBack() {
        index.expect(100_000);
        index.expect(5_000); // The one that nothing has come into.
        assertThat(pages.taken() - index.bytes()).as("of a page").isBetween(0L, 8_191L);
        add(10_000);
        endMove();
        assertThat(pages.taken() - index.bytes()).as("of a page").isBetween(0L, 8_191L);
        while (slots() < 30_000) { // Until a table is being moved.
            index.makeRoom();
            index.add(0x1234_5678, 99_999);
        }
        index.close();
        assertThat(pages.taken()).isZero();
    }
}
