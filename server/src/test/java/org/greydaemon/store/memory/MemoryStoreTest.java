package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Name;
import org.greydaemon.store.Store;
import org.greydaemon.store.StoreContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

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
            assertThat(store.isAsLeft()).isFalse();
        }
        try (MemoryStore store = site.open(START)) {
            assertThat(store.beganEmpty()).isFalse();
            assertThat(store.isAsLeft()).isTrue();
        }
    }

    /// What has been there may be again: to count each kind exactly, threads that answer would wait
    /// for each other.
    @Test
    void aKindIsLookedForOnlyIfThereHasBeenAnyOfIt() throws IOException {
        Site site = new Site(Files.createDirectory(folder.resolve("kinds")));
        Name client = Name.client("192.0.2.1");
        try (MemoryStore store = site.open(START)) {
            assertThat(store.mayHold(Key.Kind.CLIENT)).isFalse();
            Site.remember(store, client, START);
            assertThat(store.mayHold(Key.Kind.CLIENT)).isTrue();
            assertThat(store.mayHold(Key.Kind.TRIPLET)).isFalse();
            long _ = store.step(client.key(), (_, _) -> Memory.NEVER, START);
            assertThat(store.mayHold(Key.Kind.CLIENT)).isTrue();
            assertThat(store.entries(Key.Kind.CLIENT)).isZero();
        }
    }

    @Test
    void whatIsAdoptedIsAnsweredWithWhatWasKnown() throws IOException {
        Site site = new Site(Files.createDirectory(folder.resolve("adopted")));
        try (MemoryStore store = site.open(START)) {
            Key key = Name.client("192.0.2.1").key();
            assertThat(store.adopt(key, (_, now) -> now, START)).isEqualTo(Memory.NEVER);
            assertThat(store.adopt(key, (_, now) -> now, START + 1)).isEqualTo(START);
        }
    }

    @Test
    void memoryIsGivenBackBetweenSavesToo() throws IOException {
        Site site = new Site(Files.createDirectory(folder.resolve("holes")));
        try (MemoryStore store = site.open(START)) {
            String text = "x".repeat(240);
            Key[] keys =
                    IntStream.range(0, 8_000)
                            .mapToObj(i -> Name.client(text + i).key())
                            .toArray(Key[]::new);
            for (Key key : keys) {
                long _ = store.step(key, (_, now) -> now, START);
            }
            for (Key key : keys) {
                long _ = store.step(key, (_, _) -> Memory.NEVER, START);
            }
            long before = store.bytes();
            store.closeHoles();
            assertThat(store.bytes()).isLessThan(before - before / 4);
        }
    }

    @Test
    void nothingIsSavedWhileSavesAreHeld() throws IOException {
        Site site = new Site(Files.createDirectory(folder.resolve("held")));
        try (MemoryStore store = site.open(START)) {
            store.holdSaves(true);
            assertThat(store.save(START)).isFalse();
            assertThat(site.saveFile).doesNotExist();
            assertThat(site.failed).isEmpty();
            store.holdSaves(false);
            assertThat(store.wantsSave()).as("who asked had a reason").isTrue();
            assertThat(store.save(START)).isTrue();
            assertThat(store.wantsSave()).isFalse();
            assertThat(site.saveFile).exists();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1000, 1, 0",
        "16000, 1000, 1000, 0",
        "32000, 2000, 2000, 1",
        "1000000, 62500, 62500, 61",
        "10000000, 625000, 625000, 63",
        "100000000000, 2147483647, 6250000000, 63"
    })
    void boundsFollowTheMostEntries(long entries, int ofANetwork, long triplets, int roomAhead) {
        StoreSettings settings =
                new StoreSettings(folder.resolve("save"), Fsync.NEVER, entries, LIFETIMES);
        assertThat(settings.tripletsPerNetworkMax()).isEqualTo(ofANetwork);
        assertThat(settings.tripletsMin()).isEqualTo(triplets);
        assertThat(settings.roomAhead()).isEqualTo(roomAhead);
    }

    private Store open(long now) throws IOException {
        Site site = new Site(folder);
        site.lifetimes = LIFETIMES;
        return site.open(now);
    }
}
