package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// What an operator is told about a store without room.
final class RoomTest {
    private static final int ENTRIES_MAX = 100;
    private static final int DELAY = 300;

    private Site site;
    private MemoryStore store;
    private int remembered;

    @TempDir Path folder;

    @BeforeEach
    void openStore() throws IOException {
        site = new Site(folder);
        site.entriesMax = ENTRIES_MAX;
        site.lifetimes = new Lifetimes(3_600, 7_200, 86_400, DELAY);
        store = site.open(START);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private void remember(int count, long time) {
        for (int i = 0; i < count; i++, remembered++) {
            String client = "10." + remembered / 250 + "." + remembered % 250 + ".1";
            Site.remember(store, Name.triplet(client, "a@b.c", "d@e.f"), time);
        }
    }

    @Test
    void aStoreAsFullAsItMayBeIsNotCalledFull() {
        remember(ENTRIES_MAX, START);
        assertThat(site.full.get()).isZero();
        remember(1, START);
        assertThat(site.full.get()).isOne();
        assertThat(store.entries()).isEqualTo(ENTRIES_MAX);
    }

    @Test
    void fullIsSaidAgainWhenMoreThanATenthWasFree() {
        remember(10, START - 7_200); // Expired.
        remember(ENTRIES_MAX - 10, START);
        remember(1, START); // For which an expired one goes.
        assertThat(site.full.get()).isOne();
        assertThat(store.save(START)).isTrue();
        assertThat(store.entries()).isEqualTo(91);
        remember(10, START);
        assertThat(site.full.get()).as("a tenth was not free").isOne();
    }

    @Test
    void exactlyATenthIsNotEnough() {
        remember(11, START - 7_200);
        remember(ENTRIES_MAX - 11, START);
        remember(1, START);
        assertThat(store.save(START)).isTrue();
        assertThat(store.entries()).isEqualTo(90);
        remember(11, START);
        assertThat(site.full.get()).isOne();
    }

    @Test
    void moreThanATenthIs() {
        remember(12, START - 7_200);
        remember(ENTRIES_MAX - 12, START);
        remember(1, START);
        assertThat(store.save(START)).isTrue();
        assertThat(store.entries()).isEqualTo(89);
        remember(12, START);
        assertThat(site.full.get()).isEqualTo(2);
    }

    @Test
    void theStoreIsShortForTenMinutesAfterNewcomersHadToGo() {
        remember(ENTRIES_MAX, START - DELAY);
        assertThat(store.isShortOfRoom(START)).isFalse();
        remember(1, START);
        assertThat(store.evicted()).isOne();
        assertThat(store.evictedFresh()).as("it had its time").isZero();
        assertThat(store.isShortOfRoom(START)).isFalse();
        remember(ENTRIES_MAX, START);
        assertThat(store.evictedFresh()).isPositive();
        assertThat(store.isShortOfRoom(START)).isTrue();
        assertThat(store.isShortOfRoom(START + 599)).isTrue();
        assertThat(store.isShortOfRoom(START + 600)).isFalse();
    }
}
