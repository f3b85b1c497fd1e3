package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// What else may have the name of a file, and who may read files.
@Timeout(60)
final class FileKindsTest {
    private static final Name CLIENT = Name.client("192.0.2.1");

    private Site site;

    @TempDir Path folder;

    @BeforeEach
    void fillTheFiles() throws IOException {
        site = new Site(folder);
        try (MemoryStore store = site.open(START)) {
            Site.remember(store, CLIENT, START);
            assertThat(store.save(START)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"save", "save.journal", "save.journal.old"})
    void aFolderOrAFifoOrADeviceIsRefusedByItsOwnName(String name) throws Exception {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Files.createDirectory(file);
        refused(file, "is a folder");
        Files.delete(file);
        fifo(file);
        refused(file, "is a FIFO");
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/null"));
        refused(file, "is a device");
        Files.delete(file);
        site.open(START).close();
    }

    private void refused(Path file, String what) {
        assertThatThrownBy(() -> site.open(START))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageStartingWith(file + ": " + what);
    }

    private static void fifo(Path file) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"save, true", "save.new, true", "save.journal.new, true", "save.journal, true"})
    void aFifoThatAppearsWhileItRunsHoldsNothingUp(String name, boolean saves) throws Exception {
        try (MemoryStore store = site.open(START)) {
            Files.deleteIfExists(folder.resolve(name));
            fifo(folder.resolve(name));
            assertThat(store.save(START)).isEqualTo(saves);
            assertThat(store.save(START)).isTrue();
        }
        try (MemoryStore store = site.open(START)) {
            assertThat(Site.knows(store, CLIENT)).isTrue();
        }
    }

    @Test
    void nobodyElseMayReadThem() throws Exception {
        assertThat(permissions("save")).isIn("rw-r-----", "rw-------");
        assertThat(permissions("save.journal")).isEqualTo(permissions("save"));
        // Those of an earlier version, or of the original.
        Files.setPosixFilePermissions(site.saveFile, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(site.journal, PosixFilePermissions.fromString("rw-r--r--"));
        try (MemoryStore store = site.open(START)) {
            assertThat(store.save(START)).isTrue();
        }
        assertThat(permissions("save")).isIn("rw-r-----", "rw-------");
        assertThat(permissions("save.journal")).isEqualTo(permissions("save"));
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }
}
