package org.greydaemon.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

final class StrangeFileTest {
    @TempDir Path folder;

    private Path notes() throws IOException {
        byte[] notes = new byte[100_000];
        Arrays.fill(notes, (byte) 'x');
        Path strange = folder.resolve("notes.strange");
        Files.writeString(strange, "of an earlier start");
        return Files.write(folder.resolve("notes"), notes);
    }

    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    @Test
    void whatIsReplacedAsAWholeIsKeptUnderASecondName() throws IOException {
        Path file = notes();
        Path kept = StrangeFile.keep(file, true);
        assertThat(kept).isEqualTo(folder.resolve("notes.strange")).hasSameBinaryContentAs(file);
        assertThat(key(kept)).isEqualTo(key(file));
    }

    @Test
    void whatIsWrittenToIsCopied() throws IOException {
        Path file = notes();
        Path kept = StrangeFile.keep(file, false);
        assertThat(kept).isEqualTo(folder.resolve("notes.strange")).hasSameBinaryContentAs(file);
        assertThat(key(kept)).isNotEqualTo(key(file));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-r-----");
    }
}
