package org.greydaemon.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

@Timeout(60)
final class NewFileTest {
    @TempDir Path folder;

    private static ByteBuffer text(String text) {
        return US_ASCII.encode(text);
    }

    @Test
    void itTakesThePlaceOfTheOldOneAndOthersCannotReadIt() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        NewFile.replace(file, to -> NewFile.write(text("new"), to));
        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(folder.resolve("file.new")).doesNotExist();
    }

    @Test
    void whatCannotBeWrittenLeavesTheOldOneAndNoOther() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        assertThatThrownBy(() ->
                        NewFile.replace(
                                file,
                                to -> {
                                    NewFile.write(text("ne"), to);
                                    throw new IOException("No space left on device");
                                }))
                .hasMessage("No space left on device");
        assertThat(file).hasContent("old");
        assertThat(folder.resolve("file.new")).as("keeps room").doesNotExist();
    }

    @Test
    void whatCannotHaveTheNameLeavesNothing() throws IOException {
        Path file = folder.resolve("file");
        Files.createDirectories(file.resolve("in the way"));
        assertThatThrownBy(() -> NewFile.replace(file, to -> NewFile.write(text("new"), to)))
                .isInstanceOf(IOException.class);
        assertThat(file.resolve("in the way")).isDirectory();
        assertThat(folder.resolve("file.new")).as("keeps room").doesNotExist();
    }

    @Test
    void aPipeWhereItIsMadeIsRemoved() throws Exception {
        String pipe = folder.resolve("file.new").toString();
        assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
        NewFile.replace(folder.resolve("file"), to -> NewFile.write(text("new"), to));
        assertThat(folder.resolve("file")).hasContent("new");
    }

    @Test
    void whatIsMadeAnewIsEmpty() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        NewFile.create(file).close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void aFileNamedWithoutAFolderLiesInTheOneOfTheProcess() {
        assertThatCode(() -> NewFile.forceName(Path.of("save"))).doesNotThrowAnyException();
    }
}
