package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// What an operator is told of a file that cannot be written.
final class FileFaultTest {
    @Test
    void aFolderThatIsInTheWayIsSaid(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("in"));
        IOException cause = catchThrowableOfType(IOException.class, () -> Files.delete(folder));
        assertThat(FileFault.words(Path.of("save"), cause))
                .isEqualTo(folder + ": is a folder with something in it; move it away");
    }

    /// A unit's sandbox is no fault of the disk.
    @Test
    void whereNothingCanBeWrittenItSaysWhatAUnitHasToAllow() {
        IOException cause = new FileSystemException("save.new", null, "Read-only file system");
        assertThat(FileFault.words(Path.of("save"), cause))
                .isEqualTo(
                        "save.new: Read-only file system; name a place that can be written, or"
                            + " under systemd allow this one: ReadWritePaths= (and ProtectHome=no"
                            + " below /home)");
    }

    /// The new file that was to be renamed is none, and nothing is wrong with it.
    @Test
    void aFolderThatHasTheNameOfAFileIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.createDirectory(folder.resolve("save"));
        Path newFile = Files.createFile(folder.resolve("save.new"));
        IOException cause =
                catchThrowableOfType(
                        IOException.class,
                        () -> Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE));
        assertThat(FileFault.words(file, cause))
                .isEqualTo(
                        file
                                + ": is a folder, so no file can take that name; move it away, or"
                                + " name another place");
    }
}
