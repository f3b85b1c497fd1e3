package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Name;
import org.greydaemon.store.Store;
import org.greydaemon.store.StoreContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class MemoryStoreTest extends StoreContract {
    @TempDir Path folder;

    @Override
    protected Store open() throws IOException {
        return open(START);
    }

    @Override
    protected Store reopen(Store store, long now) throws IOException {
        store.close();
        return open(now);
    }

    /// What a reload of the configuration does when the window changes.
    @Test
    void howLongEntriesAreKeptCanChangeWhileItRuns() throws IOException {
        Name triplet = Name.triplet("192.0.2.1", "a", "b");
        Site site = new Site(Files.createDirectory(folder.resolve("kept")));
        long later = START + 2 * LIFETIMES.triplet();
        try (MemoryStore store = site.open(START)) {
            Site.remember(store, triplet, START);
            store.keep(new Lifetimes(later, later, later, 0));
            assertThat(store.save(later)).isTrue();
            assertThat(Site.knows(store, triplet)).isTrue();
            store.keep(LIFETIMES);
            assertThat(store.save(later)).isTrue();
            assertThat(Site.knows(store, triplet)).isFalse();
        }
    }

    /// What waits for the journal is bounded, however long a round of questions is.
    @Test
    void muchIsWrittenBeforeAnybodyCommits() throws IOException {
        Site site = new Site(Files.createDirectory(folder.resolve("long")));
        try (MemoryStore store = site.open(START)) {
            long before = Files.size(site.journal);
            for (int i = 0; i < 10_000; i++) {
                Site.remember(store, Name.client("10.0." + (i >> 8) + "." + (i & 255)), START);
            }
            assertThat(Files.size(site.journal) - before).isGreaterThan(100_000);
        }
    }

    @Test
    void aStartWithoutFilesIsKnown() throws IOException {
        Site site = new Site(Files.createDirectory(folder.resolve("empty")));
        try (MemoryStore store = site.open(START)) {
            assertThat(store.beganEmpty()).isTrue();
        }
        try (MemoryStore store = site.open(START)) {
            assertThat(store.beganEmpty()).isFalse();
        }
    }

    private Store open(long now) throws IOException {
        Site site = new Site(folder);
        site.lifetimes = LIFETIMES;
        return site.open(now);
    }
}
