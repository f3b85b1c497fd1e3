package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What goes wrong with files while the store is in use: it goes on, says so once, damages nothing,
/// and the first save that works makes everything safe again.
final class FaultsTest {
    private final Map<String, String> refused = new ConcurrentHashMap<>();

    private Site site;
    private MemoryStore store;
    private int remembered;
    private int kills;

    @TempDir Path root;

    @BeforeEach
    void openStore() throws Exception {
        open("first", Fsync.EVERYSEC);
        rememberMore();
        assertThat(store.save(START)).isTrue();
        rememberMore();
    }

    private void open(String folder, Fsync fsync) throws IOException {
        Path made = Files.createDirectory(root.resolve(folder));
        Disk disk = new Disk(made);
        disk.watcher = this::refuse;
        site = new Site(disk.path(made));
        site.fsync = fsync;
        store = site.open(START);
        remembered = 0;
    }

    /// Lets the disk refuse changes of a file: a kind of change, or all but its deletion.
    private void refuse(String what, String file, String to) throws IOException {
        String kind = refused.getOrDefault(file, "");
        if (kind.equals(what) || (kind.equals("all") && !what.equals("delete"))) {
            throw new FileSystemException(file, null, "No space left on device");
        }
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    /// Ten more entries that were answered.
    private void rememberMore() {
        for (int i = 0; i < 10; i++) {
            Site.remember(store, name(remembered++), START);
        }
        store.commit();
    }

    private static Name name(int i) {
        return Name.triplet("192.0.2." + i, "a@b.c", "d@e.f");
    }

    /// Whether a process that starts on what a killed one left knows everything.
    private boolean everythingIsSafe() throws IOException {
        try (MemoryStore after = site.killed(root.resolve("killed" + ++kills)).open(START)) {
            for (int i = 0; i < remembered; i++) {
                if (!Site.knows(after, name(i))) {
                    return false;
                }
            }
            return after.entries() == remembered;
        }
    }

    private void troubleIsSaidOnce(String what) {
        assertThat(store.wantsSave()).isTrue();
        assertThat(site.failed).hasSize(1);
        assertThat(site.failed.getFirst()).contains(what);
    }

    private void nextSaveHeals() throws IOException {
        assertThat(store.save(START)).isTrue();
        assertThat(store.wantsSave()).isFalse();
        assertThat(everythingIsSafe()).isTrue();
        rememberMore();
        assertThat(everythingIsSafe()).isTrue();
        assertThat(site.oldJournal).doesNotExist();
        assertThat(site.failed).hasSize(1);
        assertThat(site.strange).isEmpty();
        try (var files = Files.list(site.folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("save", "save.journal", "save.lock");
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostWithoutAFault(Fsync fsync) throws Exception {
        store.close();
        open("second", fsync);
        for (int i = 0; i < 3; i++) {
            rememberMore();
            assertThat(everythingIsSafe()).isTrue();
            store.synchronise();
            assertThat(store.save(START)).isTrue();
            assertThat(everythingIsSafe()).isTrue();
            assertThat(store.wantsSave()).isFalse();
        }
        assertThat(site.failed).isEmpty();
        assertThat(site.saved).containsExactly(10L, 20L, 30L);
    }

    @ParameterizedTest
    @EnumSource
    void journalRemovedWhileRunningIsNoticed(Fsync fsync) throws Exception {
        store.close();
        open("second", fsync);
        rememberMore();
        Files.delete(site.journal);
        rememberMore();
        store.synchronise();
        troubleIsSaidOnce("save.journal: java.nio.file.NoSuchFileException");
        rememberMore();
        nextSaveHeals();
    }

    @Test
    void journalReplacedByAnotherFileIsNoticed() throws Exception {
        Files.move(site.journal, root.resolve("away"));
        Files.copy(root.resolve("away"), site.journal);
        rememberMore();
        troubleIsSaidOnce("save.journal");
        nextSaveHeals();
    }

    @Test
    void folderMayGoAndComeBack() throws Exception {
        Path away = root.resolve("away");
        Files.move(Disk.real(site.folder), away);
        rememberMore();
        troubleIsSaidOnce("save.journal");
        for (int i = 0; i < 3; i++) {
            assertThat(store.save(START)).isFalse();
            rememberMore();
        }
        troubleIsSaidOnce("save.journal");
        Files.move(away, Disk.real(site.folder));
        nextSaveHeals();
    }

    @Test
    void folderMayBeMadeAnew() throws Exception {
        Files.move(Disk.real(site.folder), root.resolve("away"));
        assertThat(store.save(START)).isFalse();
        rememberMore();
        Files.createDirectory(site.folder);
        Files.createFile(site.folder.resolve("save.lock")); // For nextSaveHeals.
        nextSaveHeals();
    }

    @Test
    void fullDiskWhileSavingLeavesTheGoodFileAsItWas() throws Exception {
        byte[] good = Files.readAllBytes(site.saveFile);
        for (String what : List.of("create", "write", "force", "rename")) {
            refused.put("save.new", what);
            assertThat(store.save(START)).isFalse();
            troubleIsSaidOnce("No space left on device");
            assertThat(Files.readAllBytes(site.saveFile)).isEqualTo(good);
            assertThat(site.folder.resolve("save.new")).doesNotExist();
            assertThat(everythingIsSafe()).isTrue();
            rememberMore();
            assertThat(everythingIsSafe()).isTrue();
        }
        assertThat(store.unwritten()).isZero();
        refused.clear();
        nextSaveHeals();
    }

    @Test
    void fullDiskForTheNewJournalLeavesTheOneInUse() throws Exception {
        for (String what : List.of("create", "write", "rename")) {
            refused.put("save.journal.new", what);
            assertThat(store.save(START)).isFalse();
            troubleIsSaidOnce("No space left on device");
            refused.clear();
            rememberMore();
            assertThat(everythingIsSafe()).isTrue();
        }
        nextSaveHeals();
    }

    @Test
    void journalThatCannotGetItsNameIsReadAllTheSame() throws Exception {
        for (String file : List.of("save.journal", "save.journal.new")) {
            refused.put(file, "rename");
            assertThat(store.save(START)).isFalse();
            rememberMore();
            assertThat(everythingIsSafe()).isTrue();
            assertThat(store.save(START)).isFalse();
            rememberMore();
            assertThat(everythingIsSafe()).isTrue();
            refused.clear();
        }
        troubleIsSaidOnce("No space left on device");
        nextSaveHeals();
    }

    /// The save that gives it the name at last may fail as well.
    @Test
    void journalThatGetsItsNameLateIsNotLost() throws Exception {
        refused.put("save.journal", "rename");
        assertThat(store.save(START)).isFalse();
        rememberMore();
        refused.clear();
        refused.put("save.new", "write");
        assertThat(store.save(START)).isFalse();
        assertThat(everythingIsSafe()).isTrue();
        refused.clear();
        nextSaveHeals();
    }

    @Test
    void whatIsInNoFileIsCounted() throws Exception {
        assertThat(store.unwritten()).isZero();
        refused.put("save.journal.new", "write"); // As which the journal was opened.
        rememberMore();
        rememberMore();
        assertThat(store.unwritten()).isEqualTo(20);
        assertThat(store.save(START)).isFalse();
        assertThat(store.unwritten()).isEqualTo(20);
        refused.clear();
        nextSaveHeals();
        assertThat(store.unwritten()).isZero();
    }

    @Test
    void whatARemovedJournalHeldIsCounted() throws Exception {
        Files.delete(site.journal);
        assertThat(store.wantsSave()).isTrue();
        rememberMore();
        assertThat(store.unwritten()).isEqualTo(20);
        nextSaveHeals();
        assertThat(store.unwritten()).isZero();
    }

    @Test
    void aDiskThatTakesLittleAtATimeGetsAll() throws Exception {
        store.close();
        Path made = Files.createDirectory(root.resolve("slow"));
        Disk disk = new Disk(made);
        disk.watcher =
                new Disk.Watcher() {
                    @Override
                    public void before(String what, String file, String to) {}

                    @Override
                    public int takes(String file, int octets) {
                        return Math.min(7, octets);
                    }
                };
        site = new Site(disk.path(made));
        store = site.open(START);
        remembered = 0;
        rememberMore();
        assertThat(everythingIsSafe()).isTrue();
        assertThat(store.save(START)).isTrue();
        rememberMore();
        assertThat(everythingIsSafe()).isTrue();
    }

    @Test
    void aDiskThatTakesNothingIsInTrouble() throws Exception {
        store.close();
        Path made = Files.createDirectory(root.resolve("dead"));
        Disk disk = new Disk(made);
        site = new Site(disk.path(made));
        store = site.open(START);
        disk.watcher =
                new Disk.Watcher() {
                    @Override
                    public void before(String what, String file, String to) {}

                    @Override
                    public int takes(String file, int octets) {
                        return 0;
                    }
                };
        rememberMore();
        troubleIsSaidOnce("the system has taken none of");
        assertThat(store.unwritten()).isEqualTo(10);
    }

    @Test
    void fullDiskForTheJournalIsMadeUpForByTheNextSave() throws Exception {
        // The journal is gone and an old one is left behind, so the next one is opened under its
        // own name.
        Files.createDirectories(site.saveFile.resolveSibling("save.new").resolve("in the way"));
        assertThat(store.save(START)).isFalse();
        Files.delete(site.journal);
        troubleIsSaidOnce("save.new");
        refused.put("save.journal", "write");
        rememberMore();
        assertThat(store.save(START)).isFalse();
        assertThat(store.wantsSave()).isTrue();
        refused.clear();
        Files.delete(site.folder.resolve("save.new/in the way"));
        Files.delete(site.folder.resolve("save.new"));
        nextSaveHeals();
    }

    @Test
    void directoryInThePlaceOfTheSaveFileLosesNothing() throws Exception {
        Path away = root.resolve("away");
        Files.move(site.saveFile, away);
        Files.createDirectories(site.saveFile.resolve("in the way"));
        for (int i = 0; i < 3; i++) {
            assertThat(store.save(START)).isFalse();
            rememberMore();
        }
        troubleIsSaidOnce("save");
        Files.delete(site.saveFile.resolve("in the way"));
        Files.delete(site.saveFile);
        Files.move(away, site.saveFile);
        assertThat(everythingIsSafe()).isTrue();
        nextSaveHeals();
    }

    @Test
    void journalThatFailsIsMadeUpForByTheNextSave() throws Exception {
        failJournal();
        troubleIsSaidOnce("ClosedByInterruptException");
        rememberMore();
        assertThat(everythingIsSafe()).isFalse(); // Which is why it was said.
        nextSaveHeals();
    }

    /// An interrupt closes the file that is being written, the one write error that needs no disk.
    private void failJournal() {
        Site.remember(store, name(remembered++), START);
        Thread.currentThread().interrupt();
        store.commit();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void journalThatCannotBeForcedIsInTrouble() throws Exception {
        Thread.currentThread().interrupt();
        store.synchronise();
        assertThat(Thread.interrupted()).isTrue();
        troubleIsSaidOnce("ClosedByInterruptException");
        nextSaveHeals();
    }

    @Test
    void journalThatFailsDuringASaveIsNotForgotten() throws Exception {
        Thread other = new Thread(this::failJournal);
        site.whileSaving =
                () -> {
                    site.whileSaving = () -> {};
                    other.start();
                    join(other);
                };
        assertThat(store.save(START)).isFalse();
        troubleIsSaidOnce("ClosedByInterruptException");
        rememberMore();
        nextSaveHeals();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nextTroubleIsSaidAgain() throws Exception {
        failJournal();
        nextSaveHeals();
        failJournal();
        assertThat(site.failed).hasSize(2);
        assertThat(store.save(START)).isTrue();
        assertThat(everythingIsSafe()).isTrue();
    }

    @Test
    void saveAfterAClockWasSetWritesTheTimeOfTheWallClock() throws Exception {
        site.wallOffset = 1_000;
        rememberMore();
        assertThat(FileContents.ofJournal(site.journal).entries)
                .containsEntry(name(remembered - 1), START + 1_000);
        // Also where an old journal keeps this one from being begun anew.
        Files.createFile(site.oldJournal);
        assertThat(store.save(START)).isTrue();
        assertThat(FileContents.ofSaveFile(site.saveFile).entries)
                .hasSize(remembered)
                .allSatisfy((name, time) -> assertThat(time).isEqualTo(START + 1_000));
        assertThat(FileContents.ofJournal(site.journal).entries).isEmpty();
    }
}
