package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;

/// As long as nothing is wrong with the disk, nothing is lost and nothing said.
final class SoundDiskTest {
    @TempDir Path root;

    @ParameterizedTest
    @EnumSource
    void nothingIsLostWithoutAFault(Fsync fsync) throws Exception {
        try (FaultySite disk = FaultySite.unsaved(root, fsync)) {
            for (int i = 0; i < 3; i++) {
                disk.rememberMore();
                assertThat(disk.everythingIsSafe()).isTrue();
                disk.store.synchronise();
                assertThat(disk.store.save(START)).isTrue();
                assertThat(disk.everythingIsSafe()).isTrue();
                assertThat(disk.store.wantsSave()).isFalse();
            }
            assertThat(disk.site.failed).isEmpty();
            assertThat(disk.site.saved).containsExactly(10L, 20L, 30L);
        }
    }

    @Test
    void aDiskThatTakesLittleAtATimeGetsAll() throws Exception {
        try (FaultySite disk = new FaultySite(root, Fsync.EVERYSEC, 7)) {
            disk.rememberMore();
            assertThat(disk.everythingIsSafe()).isTrue();
            assertThat(disk.store.save(START)).isTrue();
            disk.rememberMore();
            assertThat(disk.everythingIsSafe()).isTrue();
        }
    }

    @Test
    void saveAfterAClockWasSetWritesTheTimeOfTheWallClock() throws Exception {
        try (FaultySite disk = FaultySite.saved(root)) {
            disk.site.wallOffset = 1_000;
            disk.rememberMore();
            assertThat(FileContents.ofJournal(disk.site.journal).entries)
                    .containsEntry(FaultySite.name(disk.remembered - 1), START + 1_000);
            // Also where an old journal keeps this one from being begun anew.
            Files.createFile(disk.site.oldJournal);
            assertThat(disk.store.save(START)).isTrue();
            assertThat(FileContents.ofSaveFile(disk.site.saveFile).entries)
                    .hasSize(disk.remembered)
                    .allSatisfy((name, time) -> assertThat(time).isEqualTo(START + 1_000));
            assertThat(FileContents.ofJournal(disk.site.journal).entries).isEmpty();
        }
    }
}
