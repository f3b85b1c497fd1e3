package org.greydaemon.store.memory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// A saved store on a disk that a test breaks.
abstract class DiskInTrouble {
    FaultySite disk;

    @TempDir Path root;

    @BeforeEach
    final void openStore() throws IOException {
        disk = FaultySite.saved(root);
    }

    @AfterEach
    final void closeStore() {
        disk.close();
    }
}
