package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.junit.jupiter.api.Test;

/// A disk that has room for some of it: for the journal, but not for a new save file, or for some
/// of the lines that wait.
final class NoRoomTest extends DiskInTrouble {
    private void remember(int count) {
        for (int i = 0; i < count; i++) {
            disk.rememberOne();
        }
        disk.store.commit();
    }

    /// What a process that starts on what a killed one left knows.
    private long known() throws Exception {
        try (MemoryStore after = disk.site.killed(root.resolve("dead")).open(START)) {
            return after.entries();
        }
    }

    @Test
    void aSaveThatDoesNotFitLeavesTheJournalItsRoom() throws Exception {
        remember(20_000);
        disk.room = disk.used() + 400_000;
        disk.whenFull = () -> remember(1);
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(disk.store.save(START)).isFalse();
            assertThat(disk.store.wantsSave()).isTrue();
            remember(10);
            assertThat(disk.store.unwritten()).as("what met the full disk").isEqualTo(attempt);
        }
        assertThat(known()).isEqualTo(disk.remembered - 3);
        disk.room = Long.MAX_VALUE;
        disk.nextSaveHeals();
        assertThat(disk.store.unwritten()).isZero();
    }

    @Test
    void linesThatTheDiskHasTakenAreKeptWhenTheJournalGoesOn() throws Exception {
        disk.refused.put("save.new", "create");
        assertThat(disk.store.save(START)).isFalse(); // From now on the journal is reopened.
        long before = disk.used();
        remember(1);
        long line = disk.used() - before;
        disk.room = disk.used() + 25 * line + line / 2;
        remember(30);
        assertThat(disk.store.unwritten()).isEqualTo(5);
        disk.room = Long.MAX_VALUE;
        assertThat(disk.store.save(START)).isFalse();
        assertThat(known()).isEqualTo(disk.remembered - 5);
        disk.rememberMore();
        assertThat(disk.store.unwritten()).isEqualTo(5);
    }
}
