package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/// A disk that stands still in the middle of anything that a save does holds up no answer: at each
/// of its steps a question is asked, and answered before the step is made.
@Timeout(120)
final class UnheldTest {
    /// What a slow machine may take for an answer that nobody holds up, in milliseconds.
    private static final long PATIENCE = 60_000;

    /// Which steps were tried, and whether somebody waited for one.
    private final Map<String, Boolean> heldUp = new TreeMap<>();

    private final ExecutorService asking =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    private final Thread saver = Thread.currentThread();

    private Disk disk;
    private Site site;
    private MemoryStore store;
    private int asked;

    @TempDir Path folder;

    @BeforeEach
    void openStore() throws IOException {
        open("first", Fsync.EVERYSEC);
    }

    private void open(String name, Fsync fsync) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        disk = new Disk(made);
        site = new Site(disk.path(made));
        site.fsync = fsync;
        store = site.open(START);
        ask();
        disk.watcher =
                new Disk.Watcher() {
                    @Override
                    public void before(String what, String file, String to) {
                        askMeanwhile(what, file);
                    }

                    @Override
                    public void look(String file) {
                        askMeanwhile("look", file);
                    }
                };
    }

    @AfterEach
    void close() {
        disk.watcher = (_, _, _) -> {}; // Closing holds everybody up.
        store.close();
    }

    private void ask() {
        Site.remember(store, Name.triplet("192.0.2.1", "a@b.c", asked++ + "@e.f"), START);
        store.commit();
    }

    private void askMeanwhile(String what, String file) {
        // The lines of what was answered, and of what they are about, go to one file in one order.
        boolean isAnAnswers =
                file.startsWith("save.journal")
                        && (what.equals("write")
                                || (what.equals("force") && site.fsync == Fsync.ALWAYS));
        if (Thread.currentThread() != saver || isAnAnswers) {
            return;
        }
        var answer = asking.submit(this::ask);
        try {
            answer.get(heldUp.containsValue(true) ? 200 : PATIENCE, MILLISECONDS);
            heldUp.putIfAbsent(what + ' ' + file, false);
        } catch (TimeoutException e) {
            heldUp.put(what + ' ' + file, true);
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private void nothingWasHeldUp(String... tried) {
        assertThat(heldUp).containsKeys(tried).doesNotContainValue(true);
    }

    @ParameterizedTest
    @EnumSource
    void saveHoldsUpNoAnswer(Fsync fsync) throws Exception {
        close();
        open("second", fsync);
        assertThat(store.wantsSave()).isFalse();
        assertThat(store.save(START)).isTrue();
        nothingWasHeldUp(
                "look save.journal",
                "create save.journal.new",
                "rename save.journal",
                "rename save.journal.new",
                "create save.new",
                "write save.new",
                "force save.new",
                "rename save.new",
                "delete save.journal.old");
        assertThat(site.failed).isEmpty();
    }

    @Test
    void saveThatBringsTheJournalBackHoldsUpNoAnswer() throws Exception {
        Files.delete(site.journal);
        assertThat(store.wantsSave()).isTrue();
        Files.createFile(site.oldJournal); // Of a save that went wrong.
        assertThat(store.save(START)).isTrue();
        nothingWasHeldUp("create save.journal", "rename save.journal.new");
    }

    @ParameterizedTest
    @EnumSource
    void aDiskThatTakesNothingHoldsUpNobodyWhoOnlyLooks(Fsync fsync) throws Exception {
        close();
        open("second", fsync);
        assertThat(store.waitsForDisk()).isZero();
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        disk.watcher =
                (what, file, to) -> {
                    if (what.equals("write") && file.equals("save.journal")) {
                        hangs.countDown();
                        await(goesOn);
                    }
                };
        Future<?> answer = asking.submit(this::ask);
        await(hangs);
        try (ExecutorService looking = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Number>> seen =
                    looking.submit(() ->
                            List.of(
                                    store.works() ? 1 : 0,
                                    store.unwritten(),
                                    store.entries(),
                                    store.waitsForDisk()));
            List<Number> figures = seen.get(PATIENCE, MILLISECONDS);
            assertThat(figures.subList(0, 3)).containsExactly(1, 0L, 2L);
            assertThat(figures.getLast().longValue()).isPositive();
            assertThat(looking.submit(store::journalBytes).get(PATIENCE, MILLISECONDS))
                    .isPositive();
            assertThat(looking.submit(store::wantsSave).get(PATIENCE, MILLISECONDS)).isFalse();
            assertThat(answer.isDone()).isFalse(); // Nobody is told what no file has.
        } finally {
            goesOn.countDown();
        }
        answer.get(PATIENCE, MILLISECONDS);
        assertThat(store.waitsForDisk()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE, MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
