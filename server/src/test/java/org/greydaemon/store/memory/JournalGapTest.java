package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// A journal that lacks something goes on, because an older one is in the way of a new one: beside
/// the save file that makes up for it only what came after that counts. The process dies when that
/// save file has its name, before the one that follows has.
final class JournalGapTest {
    private static final Name FORGOTTEN = Name.client("192.0.2.1");
    private static final Name STAYS = Name.client("192.0.2.2");
    private static final Name WHILE_SAVING = Name.client("192.0.2.3");

    private Disk disk;
    private Site site;
    private @Nullable Site dying;

    @TempDir Path root;

    @BeforeEach
    void makeSite() throws IOException {
        Path folder = Files.createDirectory(root.resolve("site"));
        disk = new Disk(folder);
        site = new Site(disk.path(folder));
    }

    /// Saves; `dying` becomes what there is when the second save file is begun.
    private void dieInTheSecondWalk(MemoryStore store) {
        int[] begun = {0};
        disk.watcher =
                (what, file, to) -> {
                    if (what.equals("force") && file.equals("save.new") && begun[0] == 1) {
                        Site.remember(store, WHILE_SAVING, START + 50);
                        store.commit();
                    }
                    if (what.equals("create") && file.equals("save.new") && ++begun[0] == 2) {
                        dying = site.killed(root.resolve("dying"));
                        site.rescue.ifPresent(rescued -> assertThat(rescued).doesNotExist());
                    }
                };
        assertThat(store.save(START + 300)).isTrue();
        assertThat(begun[0]).isEqualTo(2);
    }

    private MemoryStore next() throws IOException {
        return Objects.requireNonNull(dying).open(START + 300);
    }

    @Test
    void whatWasForgottenMeanwhileDoesNotComeBack() throws Exception {
        try (MemoryStore store = site.open(START)) {
            forgetWithoutAFile(store);
            dieInTheSecondWalk(store);
        }
        nothingComesBack();
    }

    /// The journal has not learned of it since.
    @Test
    void whatWasForgottenBeforeARescueDoesNotComeBack() throws Exception {
        site.rescue = Optional.of(root.resolve("rescued"));
        try (MemoryStore store = site.open(START)) {
            forgetWithoutAFile(store);
            assertThat(store.rescue(START)).isTrue();
        }
        disk.watcher = (_, _, _) -> {};
        try (MemoryStore store = site.open(START)) {
            assertThat(Site.knows(store, FORGOTTEN)).isFalse();
            dieInTheSecondWalk(store);
        }
        nothingComesBack();
    }

    /// The journal knows it still, and an older one is left behind.
    private void forgetWithoutAFile(MemoryStore store) {
        assertThat(store.save(START)).isTrue();
        disk.watcher = refusing("create", "save.new");
        assertThat(store.save(START)).isFalse();
        Site.remember(store, FORGOTTEN, START);
        Site.remember(store, STAYS, START);
        store.commit();
        disk.watcher = refusing("write", "save.journal.new"); // As which it was opened.
        long _ = store.step(FORGOTTEN.key(), (_, _) -> Memory.NEVER, START);
        store.commit();
        assertThat(store.unwritten()).isOne();
    }

    private void nothingComesBack() throws IOException {
        try (MemoryStore store = next()) {
            assertThat(Site.knows(store, FORGOTTEN)).isFalse();
            assertThat(Site.time(store, STAYS)).isEqualTo(START);
            assertThat(Site.time(store, WHILE_SAVING)).isEqualTo(START + 50);
        }
    }

    private static Disk.Watcher refusing(String change, String of) {
        return (what, file, to) -> {
            if (what.equals(change) && file.equals(of)) {
                throw new FileSystemException(file, null, "No space left on device");
            }
        };
    }

    @Test
    void whatOthersHaveWrittenLaterIsNotReplaced() throws Exception {
        try (MemoryStore store = site.open(START)) {
            Site.remember(store, STAYS, START);
            assertThat(store.save(START)).isTrue();
            Site.remember(store, STAYS, START + 100);
        }
        Files.createFile(Disk.real(site.oldJournal));
        Files.writeString(Disk.real(site.saveFile), "I 1700000200 192.0.2.2\n");
        try (MemoryStore store = site.open(START)) {
            assertThat(Site.time(store, STAYS)).isEqualTo(START + 200);
            dieInTheSecondWalk(store);
        }
        try (MemoryStore store = next()) {
            assertThat(Site.time(store, STAYS)).isEqualTo(START + 200);
            assertThat(Site.time(store, WHILE_SAVING)).isEqualTo(START + 50);
        }
    }
}
