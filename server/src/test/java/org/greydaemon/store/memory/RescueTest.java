package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The disk takes nothing any more when the daemon stops, and another one does.
final class RescueTest {
    private static final Name SAVED = Name.client("192.0.2.1");
    private static final Name UNSAVED = Name.triplet("192.0.2.2", "a", "b");

    private Site site;
    private Disk disk;
    private Path rescue;
    private boolean isFull;

    @TempDir Path root;

    @BeforeEach
    void stopOnAFullDisk() throws IOException {
        Path folder = Files.createDirectory(root.resolve("full"));
        rescue = Files.createDirectory(root.resolve("other")).resolve("save");
        disk = new Disk(folder);
        disk.watcher =
                (what, file, to) -> {
                    if (isFull) {
                        throw new FileSystemException(file, null, "No space left on device");
                    }
                };
        site = new Site(disk.path(folder));
        site.rescue = Optional.of(rescue);
        try (MemoryStore store = site.open(START)) {
            Site.remember(store, SAVED, START);
            assertThat(store.save(START)).isTrue();
            isFull = true;
            Site.remember(store, UNSAVED, START);
            Site.remember(store, SAVED, START + 100);
            store.commit();
            assertThat(store.save(START + 100)).isFalse();
            assertThat(store.unwritten()).isEqualTo(2);
            assertThat(store.rescue(START + 100)).isTrue();
        }
    }

    @Test
    void aSaveIsNotTakenForWhatWasRescued() throws Exception {
        Site own = new Site(root.resolve("full"));
        Path link = Files.createSymbolicLink(root.resolve("link"), own.folder);
        own.rescue = Optional.of(link.resolve("save"));
        try (MemoryStore store = own.open(START + 200)) {
            Site.remember(store, UNSAVED, START + 200);
            assertThat(store.save(START + 200)).isTrue();
        }
        try (MemoryStore store = own.open(START + 200)) {
            assertThat(Site.time(store, UNSAVED)).isEqualTo(START + 200);
        }
    }

    @Test
    void theNextStartReadsWhatWasRescued() throws Exception {
        isFull = false;
        for (int life = 0; life < 2; life++) {
            try (MemoryStore store = site.open(START + 200)) {
                assertThat(Site.time(store, SAVED)).isEqualTo(START + 100);
                assertThat(Site.time(store, UNSAVED)).isEqualTo(START);
                assertThat(store.wantsSave()).isTrue();
            }
        }
        try (MemoryStore store = site.open(START + 200)) {
            Site.remember(store, SAVED, START + 200);
            assertThat(store.save(START + 200)).isTrue();
        }
        assertThat(rescue).doesNotExist();
        assertThat(site.rescued).hasValue(3);
        try (MemoryStore store = site.open(START + 300)) {
            assertThat(Site.time(store, SAVED)).isEqualTo(START + 200);
            assertThat(Site.time(store, UNSAVED)).isEqualTo(START);
            assertThat(store.wantsSave()).isFalse();
        }
    }

    /// The daemon has run meanwhile, without the disk on which the rescue folder is.
    @Test
    void whatIsNewerThanTheRescuedStands() throws Exception {
        isFull = false;
        Path away = root.resolve("away");
        Files.move(rescue, away);
        try (MemoryStore store = site.open(START + 200)) {
            Site.remember(store, SAVED, START + 200);
        }
        Files.move(away, rescue);
        try (MemoryStore store = site.open(START + 300)) {
            assertThat(Site.time(store, SAVED)).isEqualTo(START + 200);
            assertThat(Site.time(store, UNSAVED)).isEqualTo(START);
        }
    }

    @Test
    void aClockThatIsWrongGoesOnFromWhatMostEntriesSay() throws Exception {
        isFull = false;
        Files.writeString(
                Disk.real(site.saveFile),
                """
                I 1700000100 192.0.2.1
                I 1699990000 192.0.2.2
                G 1700000050 192.0.2.3 a b
                I 4294967295 192.0.2.4
                I 5 192.0.2.5
                strange
                """);
        MemoryStore.Settings settings =
                new MemoryStore.Settings(site.saveFile, Fsync.NEVER, 1_000, Site.LIFETIMES);
        assertThat(MemoryStore.newestTime(settings)).isEqualTo(START + 100);
    }
}
