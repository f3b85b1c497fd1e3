package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.junit.jupiter.api.Test;

/// A journal whose write or force fails, by an interrupt: the one such error that needs no disk.
final class FailedWriteTest extends DiskInTrouble {
    @Test
    void journalThatFailsIsMadeUpForByTheNextSave() throws Exception {
        failJournal();
        disk.troubleIsSaidOnce("ClosedByInterruptException");
        disk.rememberMore();
        assertThat(disk.everythingIsSafe()).isFalse(); // Which is why it was said.
        disk.nextSaveHeals();
    }

    /// An interrupt closes the file that is being written.
    private void failJournal() {
        disk.rememberOne();
        Thread.currentThread().interrupt();
        disk.store.commit();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void journalThatCannotBeForcedIsInTrouble() throws Exception {
        Thread.currentThread().interrupt();
        disk.store.synchronise();
        assertThat(Thread.interrupted()).isTrue();
        disk.troubleIsSaidOnce("ClosedByInterruptException");
        disk.nextSaveHeals();
    }

    @Test
    void journalThatFailsDuringASaveIsNotForgotten() throws Exception {
        Thread other = new Thread(this::failJournal);
        disk.site.whileSaving =
                () -> {
                    disk.site.whileSaving = () -> {};
                    other.start();
                    join(other);
                };
        assertThat(disk.store.save(START)).isFalse();
        disk.troubleIsSaidOnce("ClosedByInterruptException");
        disk.rememberMore();
        disk.nextSaveHeals();
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
        disk.nextSaveHeals();
        failJournal();
        assertThat(disk.site.failed).hasSize(2);
        assertThat(disk.store.save(START)).isTrue();
        assertThat(disk.everythingIsSafe()).isTrue();
    }
}
