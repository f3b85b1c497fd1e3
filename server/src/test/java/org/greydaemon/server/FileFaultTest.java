package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What an operator is told of a file that cannot be written.
final class FileFaultTest {
    @Test
    void aFolderThatIsInTheWayIsSaid(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("in"));
        IOException cause = catchThrowableOfType(IOException.class, () -> Files.delete(folder));
        assertThat(FileFault.words(Path.of("save"), cause))
                .isEqualTo(folder + ": is a folder with something in it; move it away");
    }
}
