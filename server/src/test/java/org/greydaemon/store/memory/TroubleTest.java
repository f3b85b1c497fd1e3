package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// What is said and counted of files in trouble, and how long they take.
final class TroubleTest {
    private final Map<String, String> refused = new ConcurrentHashMap<>();
    private final Metrics metrics = new Metrics();
    private final AtomicLong nanos = new AtomicLong();

    private Site site;
    private Disk disk;
    private MemoryStore store;
    private int remembered;

    @TempDir Path folder;

    @BeforeEach
    void openStore() throws IOException {
        disk = new Disk(folder);
        disk.watcher =
                (what, file, to) -> {
                    if (what.equals(refused.get(file))) {
                        throw new FileSystemException(file, null, "No space left on device");
                    }
                };
        site = new Site(disk.path(folder));
        site.metrics = new FileMetrics(metrics, () -> nanos.getAndAdd(1_000));
        site.rescue = Optional.of(disk.path(folder.resolve("missing")).resolve("save"));
        site.fsync = Fsync.ALWAYS;
        store = site.open(START);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private void remember(int count) {
        for (int i = 0; i < count; i++) {
            Site.remember(store, Name.client("client" + remembered++), START);
        }
        store.commit();
    }

    /// A walk over many entries takes long; what is answered meanwhile should be in a file.
    @Test
    void theJournalGoesOnBeforeAWalkThatIsInVainEnds() {
        remember(20_000);
        List<Long> failuresWhenOpened = new ArrayList<>();
        disk.watcher =
                new Disk.Watcher() {
                    @Override
                    public void before(String what, String file, String to) throws IOException {
                        if (what.equals("write") && file.equals("save.new")) {
                            refused.put("save.new", "write");
                            remember(1);
                        }
                        if (what.equals("delete") && file.equals("save.new")) {
                            refused.clear();
                        }
                        if (what.equals("write") && !refused.isEmpty()) {
                            throw new FileSystemException(file, null, "No space left on device");
                        }
                    }

                    @Override
                    public void look(String file) {
                        if (failures("journal") > 0 && file.equals("save.journal")) {
                            failuresWhenOpened.add(failures("savefile"));
                        }
                    }
                };
        assertThat(store.save(START)).isFalse();
        assertThat(failuresWhenOpened).first().isEqualTo(0L);
    }

    private long failures(String file) {
        return metrics.sum(Metric.FILE_FAILURES, labels -> labels.equals(List.of(file)));
    }

    private long times(Metric metric) {
        return Arrays.stream(metrics.counts(metric)).sum();
    }

    @Test
    void theStoreWorksUntilAFileFailsAndAfterTheNextSave() {
        assertThat(store.works()).isTrue();
        refused.put("save.new", "write");
        remember(1);
        assertThat(store.save(START)).isFalse();
        assertThat(store.works()).isFalse();
        refused.clear();
        assertThat(store.save(START)).isTrue();
        assertThat(store.works()).isTrue();
        refused.put("save.journal.new", "write"); // As which it was opened.
        remember(1);
        assertThat(store.works()).isFalse();
    }

    /// Once that a save fails, and once more that what is answered is in memory only.
    @Test
    void whatGetsWorseIsSaidAgain() {
        remember(1);
        refused.put("save.new", "write");
        assertThat(store.save(START)).isFalse();
        assertThat(store.save(START)).isFalse();
        assertThat(site.failed).singleElement().asString().startsWith("save: ");
        assertThat(site.journaled).containsExactly(true);
        refused.put("save.journal.new", "write"); // As which it was opened.
        remember(1);
        assertThat(store.save(START)).isFalse();
        remember(1);
        assertThat(site.failed).hasSize(2).element(1).asString().startsWith("save.journal: ");
        assertThat(site.journaled).containsExactly(true, false);
        refused.clear();
        assertThat(store.save(START)).isTrue();
        refused.put("save.new", "write");
        assertThat(store.save(START)).isFalse();
        assertThat(site.journaled).containsExactly(true, false, true);
    }

    @Test
    void whoHeardTheWorstNeedNotHearOfTheSaveFile() {
        refused.put("save.journal", "write");
        refused.put("save.new", "write");
        remember(1);
        assertThat(store.save(START)).isFalse();
        assertThat(store.save(START)).isFalse();
        assertThat(site.journaled).containsExactly(false);
    }

    @Test
    void aJournalThatCannotBeBegunLeavesTheOneInUse() {
        refused.put("save.journal.new", "create");
        assertThat(store.save(START)).isFalse();
        assertThat(site.failed).singleElement().asString().startsWith("save.journal: ");
        assertThat(site.journaled).containsExactly(true);
    }

    @Test
    void failuresAreCountedByFile() {
        remember(1);
        refused.put("save.new", "force");
        assertThat(store.save(START)).isFalse();
        assertThat(store.save(START)).isFalse();
        assertThat(failures("savefile")).isEqualTo(2);
        assertThat(failures("journal")).isZero();
        assertThat(store.rescue(START)).as("into a folder that is missing").isFalse();
        assertThat(failures("savefile")).isEqualTo(3);
        assertThat(site.failed).hasSize(2).element(1).asString().contains("missing");
        refused.clear();
        refused.put("save.journal.new", "write");
        remember(1);
        remember(1);
        assertThat(failures("journal")).isOne();
        assertThat(failures("savefile")).isEqualTo(3);
    }

    @Test
    void whatFilesTakeIsMeasured() {
        long writes = times(Metric.JOURNAL_WRITE_SECONDS);
        long syncs = times(Metric.JOURNAL_SYNC_SECONDS);
        remember(5);
        assertThat(times(Metric.JOURNAL_WRITE_SECONDS) - writes).isOne();
        assertThat(times(Metric.JOURNAL_SYNC_SECONDS) - syncs).isOne();
        remember(0);
        assertThat(times(Metric.JOURNAL_WRITE_SECONDS) - writes).isOne();
        assertThat(times(Metric.JOURNAL_SYNC_SECONDS) - syncs).isOne();
        assertThat(times(Metric.SAVE_SECONDS)).isZero();
        assertThat(store.save(START)).isTrue();
        assertThat(times(Metric.SAVE_SECONDS)).isOne();
    }

    /// The end of the process would take all of them.
    @Test
    void withoutAnyFileAllEntriesAreUnwritten() throws IOException {
        remember(3);
        assertThat(store.save(START)).isTrue();
        remember(2);
        assertThat(store.unwritten()).isZero();
        Files.delete(site.journal);
        assertThat(store.unwritten()).as("the save file has three").isEqualTo(2);
        remember(1);
        assertThat(store.unwritten()).isEqualTo(3);
        Files.delete(site.saveFile);
        assertThat(store.unwritten()).isEqualTo(6);
        Files.createFile(site.journal);
        assertThat(store.unwritten()).isEqualTo(3);
    }

    @Test
    void aJournalAloneIsAFileThatIsLeft() throws IOException {
        remember(3);
        assertThat(site.saveFile).doesNotExist();
        assertThat(store.unwritten()).isZero();
        assertThat(store.journalBytes()).isEqualTo(Files.size(site.journal));
    }

    @Test
    void whatWasRescuedAndCannotBeRemovedIsSaidAfterASaveThatWorked() throws IOException {
        Path rescued = folder.resolve("missing/save");
        Files.createDirectories(rescued.resolve("in the way"));
        remember(1);
        assertThat(store.save(START)).isTrue();
        assertThat(site.failed).hasSize(1);
        assertThat(site.failed.getFirst()).startsWith("save: java.nio.file.DirectoryNotEmpty");
        assertThat(store.works()).isTrue();
        assertThat(site.saved).containsExactly(1L);
    }

    @Test
    void aSaveWithoutMemoryFails() {
        remember(1);
        site.whileSaving =
                () -> {
                    throw new OutOfMemoryError("no 8192 octets");
                };
        assertThat(store.save(START)).isFalse();
        assertThat(site.failed).containsExactly("save: java.io.IOException: no 8192 octets");
        site.whileSaving = () -> {};
        assertThat(store.save(START)).isTrue();
    }

    @Test
    void aClosedStoreDoesNothing() {
        remember(1);
        store.close();
        assertThat(store.save(START)).isFalse();
        store.closeHoles();
        store.close();
        assertThat(site.saved).isEmpty();
        assertThat(site.failed).isEmpty();
    }
}
