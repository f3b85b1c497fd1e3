package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Who may read the files, what pipes do there, and who has them.
@Timeout(60)
final class StoreFilesTest {
    @TempDir Path folder;

    private void pipe(String name) throws Exception {
        String path = folder.resolve(name).toString();
        assertThat(new ProcessBuilder("mkfifo", path).start().waitFor()).isZero();
    }

    @Test
    void othersReadNone() throws IOException {
        try (MemoryStore store = new Site(folder).open(Site.START)) {
            assertThat(store.save(Site.START)).isTrue();
        }
        for (String name : new String[] {"save", "save.journal", "save.lock"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(folder.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-r-----");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"save", "save.journal", "save.journal.old", "save.lock"})
    void aPipeIsRefusedAtOnce(String name) throws Exception {
        pipe(name);
        Site site = new Site(folder);
        assertThatThrownBy(() -> site.open(Site.START).close())
                .hasMessage(
                        folder.resolve(name)
                                + ": is a FIFO, no file; remove it, or name another file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"save.new", "save.journal.new"})
    void aPipeWhereAFileIsMadeIsRemoved(String name) throws Exception {
        pipe(name);
        try (MemoryStore store = new Site(folder).open(Site.START)) {
            assertThat(store.save(Site.START)).isTrue();
        }
        assertThat(folder.resolve(name)).doesNotExist();
    }

    @Test
    void whoRemovesTheLockFileGetsNoSecondStore() throws IOException {
        try (MemoryStore store = new Site(folder).open(Site.START)) {
            Files.delete(folder.resolve("save.lock"));
            assertTaken(folder);
            assertThat(store.save(Site.START)).isTrue();
            Files.delete(folder.resolve("save.lock"));
            assertTaken(folder);
        }
    }

    @Test
    void norDoesWhoComesThroughALink(@TempDir Path other) throws IOException {
        Path link = Files.createSymbolicLink(other.resolve("link"), folder);
        try (MemoryStore store = new Site(folder).open(Site.START)) {
            assertTaken(link);
            Files.delete(folder.resolve("save.lock"));
            assertTaken(link);
            assertThat(store.entries()).isZero();
        }
    }

    private static void assertTaken(Path where) {
        Site second = new Site(where);
        assertThatThrownBy(() -> second.open(Site.START).close())
                .hasMessageEndingWith(
                        "save: another greydaemon uses this save file; stop it, or name another"
                                + " file");
    }

    @Test
    void aFileThatIsMissingHasNoOctetsAndNoKey() throws IOException {
        Path missing = folder.resolve("missing");
        assertThat(StoreFiles.size(missing)).isZero();
        assertThat(StoreFiles.key(missing)).isNull();
        assertThat(StoreFiles.size(Files.writeString(missing, "there"))).isEqualTo(5);
        assertThat(StoreFiles.key(missing)).isNotNull();
    }

    @Test
    void aFileThatSomebodyHasLockedIsNotFree() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "notes");
        StoreFiles.requireFree(file, folder.resolve("save"));
        StoreFiles.requireFree(folder.resolve("missing"), folder.resolve("save"));
        try (FileChannel channel = StoreFiles.open(file)) {
            StoreFiles.lock(channel, folder.resolve("save"));
            assertThatThrownBy(() -> StoreFiles.requireFree(file, folder.resolve("save")))
                    .hasMessageContaining("another greydaemon uses this save file");
        }
        StoreFiles.requireFree(file, folder.resolve("save"));
    }
}
