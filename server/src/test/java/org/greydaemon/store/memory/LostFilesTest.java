package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;

/// Files that go, or are replaced, while the store is in use.
final class LostFilesTest extends DiskInTrouble {
    @ParameterizedTest
    @EnumSource
    void journalRemovedWhileRunningIsNoticed(Fsync fsync) throws Exception {
        disk.close();
        disk = FaultySite.unsaved(Files.createDirectory(root.resolve("other")), fsync);
        disk.rememberMore();
        Files.delete(disk.site.journal);
        disk.rememberMore();
        disk.store.synchronise();
        disk.troubleIsSaidOnce("save.journal: java.nio.file.NoSuchFileException");
        disk.rememberMore();
        disk.nextSaveHeals();
    }

    @Test
    void journalReplacedByAnotherFileIsNoticed() throws Exception {
        Files.move(disk.site.journal, root.resolve("away"));
        Files.copy(root.resolve("away"), disk.site.journal);
        disk.rememberMore();
        disk.troubleIsSaidOnce("save.journal");
        disk.nextSaveHeals();
    }

    @Test
    void folderMayGoAndComeBack() throws Exception {
        Path away = root.resolve("away");
        Files.move(Disk.real(disk.site.folder), away);
        disk.rememberMore();
        disk.troubleIsSaidOnce("save.journal");
        for (int i = 0; i < 3; i++) {
            assertThat(disk.store.save(START)).isFalse();
            disk.rememberMore();
        }
        disk.troubleIsSaidOnce("save.journal");
        Files.move(away, Disk.real(disk.site.folder));
        disk.nextSaveHeals();
    }

    @Test
    void folderMayBeMadeAnew() throws Exception {
        Files.move(Disk.real(disk.site.folder), root.resolve("away"));
        assertThat(disk.store.save(START)).isFalse();
        disk.rememberMore();
        Files.createDirectory(disk.site.folder);
        Files.createFile(disk.site.folder.resolve("save.lock")); // For nextSaveHeals.
        disk.nextSaveHeals();
    }

    @Test
    void directoryInThePlaceOfTheSaveFileLosesNothing() throws Exception {
        Path away = root.resolve("away");
        Files.move(disk.site.saveFile, away);
        Files.createDirectories(disk.site.saveFile.resolve("in the way"));
        for (int i = 0; i < 3; i++) {
            assertThat(disk.store.save(START)).isFalse();
            disk.rememberMore();
        }
        disk.troubleIsSaidOnce("save");
        Files.delete(disk.site.saveFile.resolve("in the way"));
        Files.delete(disk.site.saveFile);
        Files.move(away, disk.site.saveFile);
        assertThat(disk.everythingIsSafe()).isTrue();
        disk.nextSaveHeals();
    }

    @Test
    void whatARemovedJournalHeldIsCounted() throws Exception {
        Files.delete(disk.site.journal);
        assertThat(disk.store.wantsSave()).isTrue();
        disk.rememberMore();
        assertThat(disk.store.unwritten()).isEqualTo(20);
        disk.nextSaveHeals();
        assertThat(disk.store.unwritten()).isZero();
    }
}
