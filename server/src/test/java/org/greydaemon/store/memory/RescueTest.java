package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/// The disk takes nothing any more when the daemon stops, and another one does.
final class RescueTest {
    private static final Name SAVED = Name.client("192.0.2.1");
    private static final Name UNSAVED = Name.triplet("192.0.2.2", "a", "b");

    /// Those that the save file and the journal know, but memory does not any more.
    private static final List<Name> FORGOTTEN =
            List.of(Name.client("192.0.2.3"), Name.client("192.0.2.4"));

    private Site site;
    private Disk disk;
    private Path rescue;
    private boolean isFull;
    private boolean isNearlyFull;

    @TempDir Path root;

    @BeforeEach
    void stopOnAFullDisk() throws IOException {
        Path folder = Files.createDirectory(root.resolve("full"));
        rescue = Files.createDirectory(root.resolve("other")).resolve("save");
        disk = new Disk(folder);
        disk.watcher = new Filling();
        site = new Site(disk.path(folder));
        site.rescue = Optional.of(rescue);
        try (MemoryStore store = site.open(START)) {
            Site.remember(store, SAVED, START);
            Site.remember(store, FORGOTTEN.getFirst(), START);
            assertThat(store.save(START)).isTrue();
            Site.remember(store, FORGOTTEN.getLast(), START);
            store.commit();
            isNearlyFull = true;
            Site.remember(store, UNSAVED, START);
            Site.remember(store, SAVED, START + 100);
            for (Name name : FORGOTTEN) {
                long _ = store.step(name.key(), (_, _) -> Memory.NEVER, START);
            }
            store.commit();
            assertThat(store.save(START + 100)).isFalse();
            assertThat(store.unwritten()).isEqualTo(4);
            assertThat(store.rescue(START + 100)).isTrue();
        }
        isFull = false;
    }

    /// The last write is torn.
    private final class Filling implements Disk.Watcher {
        @Override
        public void before(String what, String file, String to) throws IOException {
            if (isFull) {
                throw new FileSystemException(file, null, "No space left on device");
            }
        }

        @Override
        public int takes(String file, int octets) {
            isFull = isNearlyFull;
            isNearlyFull = false;
            return isFull ? 7 : octets;
        }
    }

    private static List<Name> forgotten(MemoryStore store) {
        return FORGOTTEN.stream().filter(name -> !Site.knows(store, name)).toList();
    }

    /// The files are read to know what they are, and the rescue file instead of them.
    @Test
    void whatTheFilesSayTakesNoPlaceBesideWhatWasRescued() throws Exception {
        long before;
        try (MemoryStore store = site.open(START + 200)) {
            for (int i = 0; i < 50_000; i++) {
                Site.remember(store, Name.triplet("192.0.2.5", "sender" + i, "b"), START + 200);
            }
            assertThat(store.save(START + 200)).isTrue();
            before = store.bytes();
            isNearlyFull = true;
            Site.remember(store, UNSAVED, START + 201);
            store.commit();
            assertThat(store.rescue(START + 201)).isTrue();
        }
        isFull = false;
        try (MemoryStore store = site.open(START + 202)) {
            assertThat(site.rescued).hasValue(2);
            assertThat(Site.knows(store, Name.triplet("192.0.2.5", "sender49999", "b"))).isTrue();
            assertThat(store.bytes()).isLessThan(before * 3 / 2);
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
        for (int life = 0; life < 2; life++) {
            try (MemoryStore store = site.open(START + 200)) {
                assertThat(Site.time(store, SAVED)).isEqualTo(START + 100);
                assertThat(Site.time(store, UNSAVED)).isEqualTo(START);
                assertThat(forgotten(store)).isEqualTo(FORGOTTEN);
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
            assertThat(forgotten(store)).isEqualTo(FORGOTTEN);
            assertThat(store.wantsSave()).isFalse();
        }
    }

    /// The daemon has run meanwhile, without the disk on which the rescue folder is.
    @Test
    void whatIsNewerThanTheRescuedStands() throws Exception {
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

    /// The daemon that has read what was rescued dies in its first save.
    @ParameterizedTest
    @ValueSource(strings = {"create save.journal.new", "create save.new", "rename save.new"})
    void whatWasForgottenDoesNotComeBackByASaveThatFails(String change) throws Exception {
        Name later = Name.client("192.0.2.5");
        Site[] dying = {site};
        try (MemoryStore store = site.open(START + 200)) {
            Site.remember(store, later, START + 200);
            long _ = store.step(UNSAVED.key(), (_, _) -> Memory.NEVER, START + 200);
            store.commit();
            disk.watcher =
                    (what, file, _) -> {
                        if ((what + " " + file).equals(change)) {
                            dying[0] = site.killed(root.resolve("dying"));
                            dying[0].rescue = Optional.of(root.resolve("rescued"));
                            Files.copy(rescue, root.resolve("rescued"));
                        }
                    };
            assertThat(store.save(START + 200)).isTrue();
        }
        try (MemoryStore store = dying[0].open(START + 300)) {
            assertThat(dying[0].rescued).hasValue(1);
            assertThat(forgotten(store)).isEqualTo(FORGOTTEN);
            assertThat(Site.time(store, SAVED)).isEqualTo(START + 100);
            assertThat(Site.time(store, later)).isEqualTo(START + 200);
            assertThat(Site.knows(store, UNSAVED)).isFalse();
        }
    }

    /// Then it is no more than one opinion.
    @Test
    void whatOthersHaveWrittenMeanwhileStands() throws Exception {
        Files.writeString(Disk.real(site.saveFile), "I 1700000150 192.0.2.3\n");
        try (MemoryStore store = site.open(START + 200)) {
            assertThat(Site.time(store, FORGOTTEN.getFirst())).isEqualTo(START + 150);
            assertThat(Site.time(store, SAVED)).isEqualTo(START + 100);
        }
    }

    /// An operator may put it in the place of the save file.
    @Test
    void itsFirstLineIsNothingStrange() throws Exception {
        assertThat(Files.readString(rescue)).startsWith("# instead of ");
        Path real = Disk.real(site.saveFile);
        Files.copy(rescue, real, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(rescue);
        site.open(START + 200).close();
        assertThat(site.strange).isEmpty();
    }

    @Test
    void aLineSaysWhatItWasWrittenWith() {
        Superseded written =
                new Superseded(new FileIdentity(1L << 40, -1), new FileIdentity(2, 0xab));
        byte[] line = written.line();
        assertThat(Superseded.of(line, 0, line.length - 1)).isEqualTo(written);
        for (int bit = 0; bit < 8 * (line.length - 1); bit++) {
            line[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Superseded.of(line, 0, line.length - 1)).isNull();
            line[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(Superseded.of(line, 0, 0)).isNull();
    }

    @Test
    void aClockThatIsWrongGoesOnFromWhatMostEntriesSay() throws Exception {
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
        StoreSettings settings =
                new StoreSettings(site.saveFile, Fsync.NEVER, 1_000, Site.LIFETIMES);
        assertThat(MemoryStore.newestTime(settings)).isEqualTo(START + 100);
    }
}
