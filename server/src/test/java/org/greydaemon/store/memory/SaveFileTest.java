package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.decision.Key;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// A new save file that the disk does not take.
final class SaveFileTest {
    private static final Key KEY = Name.client("x".repeat(200)).key();

    @TempDir Path folder;

    /// The walk goes on for long, and the journal needs the room.
    @Test
    void whatDoesNotFitIsGoneAtOnce() throws Exception {
        int[] writes = {0};
        Disk disk = new Disk(folder);
        disk.watcher =
                (what, file, to) -> {
                    if (what.equals("write") && ++writes[0] == 2) {
                        throw new FileSystemException(file, null, "No space left on device");
                    }
                };
        try (SaveFile out = new SaveFile(disk.path(folder).resolve("save"), 0)) {
            for (int i = 0; i < 10_000; i++) {
                out.entry(KEY, 12_345);
                assertThat(out.hasFailed()).isEqualTo(writes[0] == 2);
            }
            assertThat(folder).isEmptyDirectory();
            assertThatThrownBy(() -> out.commit(_ -> {})).hasMessageContaining("No space left");
        }
        assertThat(writes[0]).isEqualTo(2);
        assertThat(folder).isEmptyDirectory();
    }
}
