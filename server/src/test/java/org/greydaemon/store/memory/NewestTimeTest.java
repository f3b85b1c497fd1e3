package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.junit.jupiter.api.Test;

/// Where a clock that is known to be wrong can go on.
final class NewestTimeTest {
    private static final long DAY = 86_400;

    private final NewestTime newest = new NewestTime(DAY);

    private void add(int count, long time) {
        for (int i = 0; i < count; i++) {
            newest.entry(new Key(), Entry.of(time, 7), true);
        }
    }

    @Test
    void withoutEntriesThereIsNone() {
        newest.entry(new Key(), Memory.NEVER, true);
        assertThat(newest.seconds()).isZero();
    }

    @Test
    void itIsTheNewestOfAll() {
        add(1, START);
        add(1, START + 59);
        add(1, START + 3_000);
        add(1, START + 10);
        assertThat(newest.seconds()).isEqualTo(START + 3_000);
    }

    @Test
    void fewThatAreMoreThanTheWindowLaterDoNotDecide() {
        add(3, START);
        add(2, START + 2 * DAY);
        assertThat(newest.seconds()).isEqualTo(START);
    }

    @Test
    void halfOfThemDoes() {
        add(3, START);
        add(3, START + 2 * DAY);
        assertThat(newest.seconds()).isEqualTo(START + 2 * DAY);
    }

    @Test
    void entriesWithinTheWindowAgree() {
        add(3, START);
        add(2, START + DAY);
        assertThat(newest.seconds()).isEqualTo(START + DAY);
    }
}
