package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(60)
final class SaverTest {
    private final AtomicReference<Throwable> bug = new AtomicReference<>();
    private final CountDownLatch bugHeard = new CountDownLatch(1);
    private Site site;
    private MemoryStore store;
    private Saver saver;

    @TempDir Path folder;

    @BeforeEach
    void openStore() throws IOException {
        site = new Site(folder);
        store = site.open(START);
        Site.remember(store, Name.client("192.0.2.1"), START);
        saver =
                new Saver(
                        store,
                        () -> START,
                        (thread, thrown) -> {
                            bug.set(thrown);
                            bugHeard.countDown();
                        });
    }

    @AfterEach
    void closeStore() {
        saver.close();
        store.close();
    }

    /// Holds the next save in its middle until the second latch opens.
    private void hold(CountDownLatch inSave, CountDownLatch goOn) {
        site.whileSaving =
                () -> {
                    inSave.countDown();
                    await(goOn);
                };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void manyRequestsDuringASaveAreOneMore() {
        CountDownLatch inSave = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hold(inSave, goOn);
        saver.request();
        await(inSave);
        for (int i = 0; i < 100; i++) {
            saver.request();
        }
        goOn.countDown();
        saver.stop();
        assertThat(site.saved).containsExactly(1L, 1L);
        assertThat(bug.get()).isNull();
    }

    @Test
    void stopWaitsForTheSaveThatIsUnderWay() {
        CountDownLatch inSave = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hold(inSave, goOn);
        saver.request();
        await(inSave);
        Thread stopping = Thread.ofPlatform().start(saver::stop);
        assertThat(site.saved).isEmpty();
        assertThat(stopping.isAlive()).isTrue();
        goOn.countDown();
        saver.stop();
        assertThat(site.saved).hasSize(1);
        assertThat(site.saveFile).hasContent("I 1700000000 192.0.2.1\n");
    }

    /// A disk that hangs is no bug: the last save comes all the same.
    @Test
    void stopDoesNotWaitForASaveThatHangs() {
        CountDownLatch inSave = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hold(inSave, goOn);
        try (Saver impatient = new Saver(store, () -> START, (_, thrown) -> bug.set(thrown), 0)) {
            impatient.request();
            await(inSave);
            assertThat(impatient.stop()).isFalse();
            goOn.countDown();
            assertThat(store.save(START)).isTrue();
        }
        assertThat(bug.get()).isNull();
        assertThat(site.saveFile).hasContent("I 1700000000 192.0.2.1\n");
    }

    /// The process has to end: what the journal has is there.
    @Test
    void aStoreIsClosedThoughASaveHangs() {
        CountDownLatch inSave = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hold(inSave, goOn);
        Saver impatient = new Saver(store, () -> START, (_, thrown) -> bug.set(thrown), 0);
        impatient.request();
        await(inSave);
        store.commit();
        assertThat(impatient.stop()).isFalse();
        assertThat(store.unwritten()).isZero();
        store.close();
        impatient.close();
        assertThat(site.saved).isEmpty();
        goOn.countDown();
        while (site.saved.isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(bug.get()).isNull();
    }

    @Test
    void intervalSavesWithoutBeingAskedAndTroubleIsTriedAgain() throws Exception {
        Files.delete(site.journal); // Which the next look notices.
        saver.start(3_600, Fsync.EVERYSEC);
        while (site.saved.isEmpty()) {
            Thread.onSpinWait();
        }
        saver.stop();
        assertThat(site.failed).hasSize(1);
        assertThat(site.saved).hasSize(1);
        assertThat(site.journal).exists();
    }

    private Site watched(Disk disk) throws IOException {
        Site watched = new Site(disk.path(Files.createDirectory(folder.resolve("watched"))));
        watched.fsync = Fsync.EVERYSEC;
        return watched;
    }

    /// The power may fail at any moment, and at most a second may be lost.
    @Test
    void everySecondTheJournalIsForcedToTheDisk() throws IOException {
        Disk disk = new Disk(folder);
        CountDownLatch forced = new CountDownLatch(1);
        disk.watcher =
                (what, file, _) -> {
                    if (what.equals("force") && file.equals("save.journal")) {
                        forced.countDown();
                    }
                };
        Site watched = watched(disk);
        try (MemoryStore kept = watched.open(START);
                Saver every = new Saver(kept, () -> START, (_, thrown) -> bug.set(thrown))) {
            every.start(3_600, Fsync.EVERYSEC);
            Site.remember(kept, Name.client("192.0.2.1"), START);
            kept.commit();
            await(forced);
        }
        assertThat(bug.get()).isNull();
    }

    /// Who closes a file waits until the disk has taken what is being forced: a successor would,
    /// too.
    @Test
    void restsWhenWhatIsBeingForcedHasEndedAndGoesOnIfThatTakesTooLong() throws IOException {
        Disk disk = new Disk(folder);
        Semaphore inForce = new Semaphore(0);
        Semaphore goOn = new Semaphore(0);
        disk.watcher =
                (what, file, _) -> {
                    if (what.equals("force") && file.equals("save.journal")) {
                        inForce.release();
                        goOn.acquireUninterruptibly();
                    }
                };
        Site watched = watched(disk);
        try (MemoryStore kept = watched.open(START);
                Saver every = new Saver(kept, () -> START, (_, thrown) -> bug.set(thrown))) {
            every.start(3_600, Fsync.EVERYSEC);
            Site.remember(kept, Name.client("192.0.2.1"), START);
            kept.commit();
            inForce.acquireUninterruptibly();
            assertThat(every.rest(0)).isFalse();
            goOn.release();
            Site.remember(kept, Name.client("192.0.2.2"), START);
            kept.commit();
            inForce.acquireUninterruptibly(); // It has gone on.
            goOn.release(1_000);
            assertThat(every.rest(60_000)).isTrue();
            Site.remember(kept, Name.client("192.0.2.3"), START);
            kept.commit();
            assertThat(inForce.tryAcquire()).isFalse();
            kept.leaveFiles();
        }
        assertThat(bug.get()).isNull();
    }

    @Test
    void bugInASaveIsHeardOf() {
        site.whileSaving =
                () -> {
                    throw new IllegalStateException("a bug");
                };
        saver.request();
        await(bugHeard);
        assertThat(bug.get()).hasMessage("a bug");
        site.whileSaving = () -> {};
    }

    /// What lies beside the save file may have gone with it.
    @Test
    void whatLiesBesideIsLookedAtAfterEachSave() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        AtomicReference<Boolean> isSaved = new AtomicReference<>(false);
        saver.afterSave(() -> {
            isSaved.set(Files.exists(site.saveFile));
            looked.countDown();
        });
        saver.start(3_600, Fsync.NEVER);
        saver.request();
        await(looked);
        assertThat(isSaved.get()).isTrue();
    }
}
