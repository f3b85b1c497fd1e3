package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Key;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// How large the journal gets before it is a reason to save.
final class DueTest {
    private static final long JOURNAL_MIN = 16 << 20;
    private static final String LONGEST = "x".repeat(Key.ADDRESS_MAX);

    @TempDir Path folder;

    /// Of 4 KiB each, some more of them.
    private static void remember(MemoryStore store, int number, long time) {
        String client = "10.0." + number / 250 + "." + number % 250;
        Site.remember(store, Name.triplet(client, LONGEST, LONGEST), time);
    }

    private static int fill(MemoryStore store, long octets, long time) {
        int count = 0;
        while (store.journalBytes() <= octets) {
            if (count % 100 == 0) {
                assertThat(store.wantsSave()).as("%d octets", store.journalBytes()).isFalse();
            }
            remember(store, count++, time);
        }
        return count;
    }

    @Test
    void aJournalMayBeAsLargeAsTheSaveFileAndSixteenMebioctetsInAnyCase() throws IOException {
        Site site = new Site(folder);
        int count;
        try (MemoryStore store = site.open(START)) {
            count = fill(store, JOURNAL_MIN, START);
            assertThat(store.wantsSave()).isTrue();
            for (int more = 0; more < 300; more++) {
                remember(store, count++, START);
            }
            assertThat(store.save(START)).isTrue();
        }
        long saved = site.saveFile.toFile().length();
        assertThat(saved).isGreaterThan(JOURNAL_MIN + (1 << 20));
        try (MemoryStore store = site.open(START)) {
            fill(store, saved, START + 1);
            assertThat(store.wantsSave()).isTrue();
            assertThat(store.save(START)).isTrue();
            fill(store, saved, START + 2);
            assertThat(store.wantsSave()).isTrue();
        }
    }
}
