package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A store reads what another one has, and goes on with it when that has left.
final class TakeOverTest {
    private static final Name SAVED = Name.client("192.0.2.1");
    private static final Name JOURNALED = Name.client("192.0.2.2");
    private static final Name LATE = Name.triplet("192.0.2.3", "a@b.c", "d@e.f");
    private static final Name AFTERWARDS = Name.client("192.0.2.4");

    private Site site;
    private MemoryStore other;

    @TempDir Path folder;

    @BeforeEach
    void openOther() throws IOException {
        site = new Site(folder);
        other = site.open(START);
    }

    private void saveAndGoOn() throws IOException {
        Site.remember(other, SAVED, START);
        assertThat(other.save(START)).isTrue();
        Site.remember(other, JOURNALED, START);
        other.commit();
    }

    private static void knows(MemoryStore store, Name... names) {
        assertThat(store.entries()).isEqualTo(names.length);
        for (Name name : names) {
            assertThat(Site.knows(store, name)).as("%s", name).isTrue();
        }
    }

    @Test
    void whatTheOtherAddsMeanwhileIsReadWhenItHasLeft() throws IOException {
        saveAndGoOn();
        try (MemoryStore next = site.preload(START)) {
            assertThat(next.entries()).isEqualTo(2);
            Site.remember(other, LATE, START);
            other.commit();
            assertThat(next.entries()).isEqualTo(2);
            other.close();
            next.takeOver(START);
            knows(next, SAVED, JOURNALED, LATE);
            assertThat(next.beganEmpty()).isFalse();
            assertThat(next.wantsSave()).isFalse();
            Site.remember(next, AFTERWARDS, START);
            next.commit();
            try (MemoryStore killed = site.killed(folder.resolve("killed")).open(START)) {
                knows(killed, SAVED, JOURNALED, LATE, AFTERWARDS);
            }
        }
        assertThat(site.strange).isEmpty();
        assertThat(site.rewritten).hasValue(0);
    }

    @Test
    void whatTheOtherAddsMayBeReadBeforeItHasLeft() throws IOException {
        saveAndGoOn();
        try (MemoryStore next = site.preload(START)) {
            Site.remember(other, LATE, START);
            other.commit();
            next.catchUp(START);
            assertThat(next.entries()).isEqualTo(3);
            Site.remember(other, AFTERWARDS, START);
            other.commit();
            other.close();
            next.takeOver(START);
            knows(next, SAVED, JOURNALED, LATE, AFTERWARDS);
        }
        assertThat(site.strange).isEmpty();
    }

    /// As when the disk is full since the successor was told that it may have the files.
    @Test
    void whatTheJournalOfTheOtherDoesNotHaveAnyMoreIsInItsSaveFile() throws IOException {
        saveAndGoOn();
        other.holdSaves(true);
        try (MemoryStore next = site.preload(START)) {
            Files.delete(site.journal);
            Site.remember(other, LATE, START);
            other.commit();
            assertThat(other.unwritten()).isPositive();
            assertThat(other.save(START)).isFalse();
            other.holdSaves(false);
            assertThat(other.save(START)).isTrue();
            other.leaveFiles();
            next.takeOver(START);
            knows(next, SAVED, JOURNALED, LATE);
        }
        other.close();
    }

    @Test
    void whoHasLeftTheFilesWritesThemNoMore() throws IOException {
        saveAndGoOn();
        try (MemoryStore next = site.preload(START)) {
            other.leaveFiles();
            next.takeOver(START);
            Site.remember(next, AFTERWARDS, START);
            next.commit();
            byte[] journal = Files.readAllBytes(site.journal);
            assertThat(other.save(START)).isFalse();
            other.close();
            assertThat(Files.readAllBytes(site.journal)).isEqualTo(journal);
        }
    }

    @Test
    void aLineThatTheOtherHasHalfWrittenIsReadWhenItIsThere() throws IOException {
        saveAndGoOn();
        try (MemoryStore next = site.preload(START)) {
            Site.remember(other, LATE, START);
            other.commit();
            other.close();
            byte[] whole = Files.readAllBytes(site.journal);
            try (FileChannel channel = FileChannel.open(site.journal, StandardOpenOption.WRITE)) {
                int half = whole.length - 5;
                channel.truncate(half);
                next.catchUp(START);
                assertThat(next.entries()).isEqualTo(2);
                channel.write(ByteBuffer.wrap(whole, half, 5), half);
            }
            next.takeOver(START);
            knows(next, SAVED, JOURNALED, LATE);
        }
        assertThat(site.strange).isEmpty();
    }

    @Test
    void whereThereIsNothingOneBeginsEmpty() throws IOException {
        other.close();
        Files.delete(site.journal);
        try (MemoryStore next = site.preload(START)) {
            next.takeOver(START);
            assertThat(next.beganEmpty()).isTrue();
        }
    }

    @Test
    void filesThatAnotherHasAreNotTakenOver() throws IOException {
        saveAndGoOn();
        try (MemoryStore next = site.preload(START)) {
            assertThatThrownBy(() -> next.takeOver(START))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another greydaemon uses this save file");
            Site.remember(other, LATE, START);
            other.commit();
            other.close();
            next.takeOver(START);
            knows(next, SAVED, JOURNALED, LATE);
        }
    }

    /// The lock file alone says that somebody has them.
    @Test
    void filesWithoutAJournalHaveAnOwnerToo() throws IOException {
        saveAndGoOn();
        Files.delete(site.journal);
        try (MemoryStore next = site.preload(START)) {
            assertThatThrownBy(() -> next.takeOver(START))
                    .hasMessageContaining("another greydaemon uses this save file");
        }
        assertThatThrownBy(() -> site.open(START).close())
                .hasMessageContaining("another greydaemon uses this save file");
        other.close();
    }

    /// The other died while it began a new journal.
    @Test
    void aNewJournalThatHasNotGotItsNameIsAnother() throws IOException {
        othersByThen(() -> Files.copy(site.journal, site.newJournal), SAVED, JOURNALED);
    }

    /// What makes others of the files.
    private interface Change {
        void make() throws IOException;
    }

    /// @param known what is in the files then
    private void othersByThen(Change change, Name... known) throws IOException {
        saveAndGoOn();
        try (MemoryStore next = site.preload(START)) {
            other.close();
            change.make();
            next.catchUp(START);
            next.takeOver(START);
            knows(next, known);
            Site.remember(next, AFTERWARDS, START);
            next.commit();
        }
        try (MemoryStore again = site.open(START)) { // Nobody has them now.
            assertThat(again.entries()).isEqualTo(known.length + 1);
        }
    }

    private void replace(Path file) throws IOException {
        Files.move(Files.copy(file, folder.resolve("copy")), folder.resolve("again"));
        Files.move(folder.resolve("again"), file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aSaveFileThatWasReplacedIsAnother() throws IOException {
        othersByThen(() -> replace(site.saveFile), SAVED, JOURNALED);
    }

    @Test
    void aJournalThatWasReplacedIsAnother() throws IOException {
        othersByThen(() -> replace(site.journal), SAVED, JOURNALED);
    }

    @Test
    void aJournalThatWasCutIsAnother() throws IOException {
        othersByThen(
                () -> {
                    try (FileChannel channel =
                            FileChannel.open(site.journal, StandardOpenOption.WRITE)) {
                        channel.truncate(channel.size() - 1);
                    }
                },
                SAVED);
    }

    /// What the other one has forgotten, or never had in these files, is not known either.
    @Test
    void whatIsOnlyInTheFilesOfBeforeIsForgotten() throws IOException {
        othersByThen(() -> {
            Files.delete(site.journal);
            Files.delete(site.saveFile);
        });
    }

    @Test
    void aJournalThatHasNotGrownIsTheSame() throws IOException {
        saveAndGoOn();
        try (MemoryStore next = site.preload(START)) {
            other.close();
            next.takeOver(START);
            knows(next, SAVED, JOURNALED);
        }
    }

    @Test
    void aJournalThatBelongsToTheSaveFileIsTheNewerOneForWhatIsAdded() throws IOException {
        saveAndGoOn();
        try (MemoryStore next = site.preload(START)) {
            Site.remember(other, JOURNALED, START - 100); // The clock was set back.
            other.commit();
            other.close();
            next.takeOver(START);
            assertThat(Site.time(next, JOURNALED)).isEqualTo(START - 100);
        }
    }
}
