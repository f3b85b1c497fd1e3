package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Memory;
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
import java.util.concurrent.atomic.AtomicInteger;

/// When the store is saved and its journal forced, by a clock that goes when it is told to.
final class SaverTimesTest {
    private static final int INTERVAL = 3_600;

    private final HandExecutor saving = new HandExecutor();
    private final HandExecutor syncing = new HandExecutor();
    private final AtomicInteger forced = new AtomicInteger();
    private final AtomicInteger tried = new AtomicInteger();

    private Site site;
    private MemoryStore store;
    private Saver saver;
    private boolean isFull;

    @TempDir Path folder;

    @BeforeEach
    void openStore() throws IOException {
        Disk disk = new Disk(folder);
        disk.watcher =
                (what, file, to) -> {
                    if (what.equals("force") && file.startsWith("save.journal")) {
                        forced.incrementAndGet();
                    }
                    if (what.equals("create") && file.equals("save.new")) {
                        tried.incrementAndGet();
                        if (isFull) {
                            throw new FileSystemException(file, null, "No space left on device");
                        }
                    }
                };
        site = new Site(disk.path(folder));
        site.fsync = Fsync.EVERYSEC;
        store = site.open(START);
        saver = new Saver(store, () -> START, (_, _) -> {}, 0, saving, syncing);
    }

    @AfterEach
    void closeStore() {
        saver.close();
        store.close();
    }

    @Test
    void theStoreIsSavedAtEachInterval() {
        saver.start(INTERVAL, Fsync.NEVER);
        saving.pass(INTERVAL - 1);
        assertThat(site.saved).isEmpty();
        saving.pass(1);
        assertThat(site.saved).hasSize(1);
        saving.pass(INTERVAL);
        assertThat(site.saved).hasSize(2);
    }

    @Test
    void anotherIntervalBeginsAtOnceAndInThePlaceOfTheOneBefore() {
        saver.start(INTERVAL, Fsync.NEVER);
        saving.pass(INTERVAL - 10);
        saver.interval(2 * INTERVAL);
        saving.pass(2 * INTERVAL - 1);
        assertThat(site.saved).isEmpty();
        saving.pass(1);
        assertThat(site.saved).hasSize(1);
    }

    @Test
    void whoAsksIsServedAtOnceAndAsOftenAsHeAsks() {
        saver.request();
        saver.request();
        saving.pass(0);
        assertThat(site.saved).hasSize(1);
        saver.request();
        saving.pass(0);
        assertThat(site.saved).hasSize(2);
    }

    @Test
    void aSaveThatFailedIsTriedAgainAfterTenLooks() {
        isFull = true;
        saver.start(INTERVAL, Fsync.NEVER);
        saver.request();
        saving.pass(10);
        assertThat(tried.get()).isOne();
        saving.pass(1);
        assertThat(tried.get()).isEqualTo(2);
        saving.pass(10);
        assertThat(tried.get()).isEqualTo(2);
        isFull = false;
        saving.pass(1);
        assertThat(site.saved).hasSize(1);
        int healed = tried.get();
        saving.pass(30);
        assertThat(tried.get()).as("there is no trouble any more").isEqualTo(healed);
    }

    @Test
    void newTroubleIsMadeUpForByTheNextLook() throws IOException {
        saver.start(INTERVAL, Fsync.NEVER);
        saver.request();
        saving.pass(20);
        Files.delete(site.journal);
        saving.pass(1);
        assertThat(site.saved).hasSize(2);
    }

    @Test
    void everySecondMemoryIsGivenBack() {
        String text = "x".repeat(240);
        for (int i = 0; i < 8_000; i++) {
            Site.remember(store, Name.client(text + i), START);
        }
        for (int i = 0; i < 8_000; i++) {
            long _ = store.step(Name.client(text + i).key(), (_, _) -> Memory.NEVER, START);
        }
        long before = store.bytes();
        saver.start(INTERVAL, Fsync.NEVER);
        saving.pass(1);
        assertThat(store.bytes()).isLessThan(before - before / 4);
        assertThat(site.saved).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everySecondTheJournalIsForcedIfThatWasPromised(Fsync fsync) {
        saver.start(INTERVAL, fsync);
        forced.set(0);
        for (int second = 1; second <= 3; second++) {
            Site.remember(store, Name.client("client" + second), START);
            store.commit();
            syncing.pass(1);
            assertThat(forced.get()).isEqualTo(fsync == Fsync.EVERYSEC ? second : 0);
        }
    }

    @Test
    void stoppingEndsBoth() {
        saver.start(INTERVAL, Fsync.EVERYSEC);
        assertThat(saver.stop()).isTrue();
        assertThat(saving.isShutdown()).isTrue();
        assertThat(syncing.isShutdown()).isTrue();
    }

    @Test
    void whoIsInterruptedWhileStoppingIsSoAfterwards() {
        Thread.currentThread().interrupt();
        assertThat(saver.stop()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }
}
