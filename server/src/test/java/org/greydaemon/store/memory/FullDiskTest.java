package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.util.List;

/// A disk that takes nothing, or refuses some change of a file, while the store is in use.
final class FullDiskTest extends DiskInTrouble {
    @Test
    void fullDiskWhileSavingLeavesTheGoodFileAsItWas() throws Exception {
        byte[] good = Files.readAllBytes(disk.site.saveFile);
        for (String what : List.of("create", "write", "force", "rename")) {
            disk.refused.put("save.new", what);
            assertThat(disk.store.save(START)).isFalse();
            disk.troubleIsSaidOnce("No space left on device");
            assertThat(Files.readAllBytes(disk.site.saveFile)).isEqualTo(good);
            assertThat(disk.site.folder.resolve("save.new")).doesNotExist();
            assertThat(disk.everythingIsSafe()).isTrue();
            disk.rememberMore();
            assertThat(disk.everythingIsSafe()).isTrue();
        }
        assertThat(disk.store.unwritten()).isZero();
        disk.refused.clear();
        disk.nextSaveHeals();
    }

    @Test
    void fullDiskForTheNewJournalLeavesTheOneInUse() throws Exception {
        for (String what : List.of("create", "write", "rename")) {
            disk.refused.put("save.journal.new", what);
            assertThat(disk.store.save(START)).isFalse();
            disk.troubleIsSaidOnce("No space left on device");
            disk.refused.clear();
            disk.rememberMore();
            assertThat(disk.everythingIsSafe()).isTrue();
        }
        disk.nextSaveHeals();
    }

    @Test
    void journalThatCannotGetItsNameIsReadAllTheSame() throws Exception {
        for (String file : List.of("save.journal", "save.journal.new")) {
            disk.refused.put(file, "rename");
            assertThat(disk.store.save(START)).isFalse();
            disk.rememberMore();
            assertThat(disk.everythingIsSafe()).isTrue();
            assertThat(disk.store.save(START)).isFalse();
            disk.rememberMore();
            assertThat(disk.everythingIsSafe()).isTrue();
            disk.refused.clear();
        }
        disk.troubleIsSaidOnce("No space left on device");
        disk.nextSaveHeals();
    }

    /// The save that gives it the name at last may fail as well.
    @Test
    void journalThatGetsItsNameLateIsNotLost() throws Exception {
        disk.refused.put("save.journal", "rename");
        assertThat(disk.store.save(START)).isFalse();
        disk.rememberMore();
        disk.refused.clear();
        disk.refused.put("save.new", "write");
        assertThat(disk.store.save(START)).isFalse();
        assertThat(disk.everythingIsSafe()).isTrue();
        disk.refused.clear();
        disk.nextSaveHeals();
    }

    @Test
    void fullDiskForTheJournalIsMadeUpForByTheNextSave() throws Exception {
        // The journal is gone and an old one is left behind, so the next one is opened under its
        // own name.
        Files.createDirectories(
                disk.site.saveFile.resolveSibling("save.new").resolve("in the way"));
        assertThat(disk.store.save(START)).isFalse();
        disk.troubleIsSaidOnce("save.new");
        disk.site.failed.clear();
        Files.delete(disk.site.journal);
        disk.troubleIsSaidOnce("save.journal");
        disk.refused.put("save.journal", "write");
        disk.rememberMore();
        assertThat(disk.store.save(START)).isFalse();
        assertThat(disk.store.wantsSave()).isTrue();
        disk.refused.clear();
        Files.delete(disk.site.folder.resolve("save.new/in the way"));
        Files.delete(disk.site.folder.resolve("save.new"));
        disk.nextSaveHeals();
    }

    @Test
    void whatIsInNoFileIsCounted() throws Exception {
        assertThat(disk.store.unwritten()).isZero();
        disk.refused.put("save.journal.new", "write"); // As which the journal was opened.
        disk.rememberMore();
        disk.rememberMore();
        assertThat(disk.store.unwritten()).isEqualTo(20);
        assertThat(disk.store.save(START)).isFalse();
        assertThat(disk.store.unwritten()).isEqualTo(20);
        disk.refused.clear();
        disk.nextSaveHeals();
        assertThat(disk.store.unwritten()).isZero();
    }

    /// The journal of before may lack it, and so may the save file.
    @Test
    void whatTheDiskMayHaveLostWithTheJournalBeforeIsCounted() throws Exception {
        disk.refused.put("save.journal.new", "force"); // As which the journal was opened.
        disk.refused.put("save.new", "write");
        assertThat(disk.store.save(START)).isFalse();
        assertThat(disk.store.unwritten()).isEqualTo(10);
        disk.refused.clear();
        assertThat(disk.store.save(START)).isTrue();
        assertThat(disk.store.unwritten()).isZero();
    }

    /// Whoever ends then must know whether the journal has it all.
    @Test
    void aSaveThatFailsForcesTheJournal() throws Exception {
        disk.refused.put("save.new", "write");
        assertThat(disk.store.save(START)).isFalse();
        disk.rememberMore();
        disk.refused.put("save.journal.new", "force");
        assertThat(disk.store.unwritten()).isZero();
        assertThat(disk.store.save(START)).isFalse();
        assertThat(disk.store.unwritten()).isEqualTo(10);
    }

    @Test
    void whatASecondWalkHasSeenIsMadeUpFor() throws Exception {
        Files.createFile(disk.site.oldJournal); // In the way of the first one.
        disk.site.whileSaving =
                () -> {
                    disk.site.whileSaving = () -> {};
                    disk.refused.put("save.journal.new", "write");
                    disk.rememberMore();
                    disk.refused.clear();
                };
        assertThat(disk.store.save(START)).isTrue();
        assertThat(disk.store.unwritten()).isZero();
        disk.nextSaveHeals();
    }

    @Test
    void aDiskThatTakesNothingIsInTrouble() throws Exception {
        disk.takesMost = 0;
        disk.rememberMore();
        disk.troubleIsSaidOnce("the system has taken none of");
        assertThat(disk.store.unwritten()).isEqualTo(10);
    }
}
