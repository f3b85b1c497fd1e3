package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Who is told that nothing has changed finds the old file at the next start, and nobody else.
final class KeptFileTest {
    @TempDir Path folder;

    private final List<String> problems = new ArrayList<>();

    private static void input(Path where) throws IOException {
        throw new IOException("Input/output error: " + where);
    }

    @Test
    void whatHasItsNameIsWrittenAlsoWhereTheFolderCannotBeForced() throws IOException {
        Path file = folder.resolve("allowed");
        Files.writeString(file, "client 192.0.2.1\n");
        KeptFile.write(file, List.of("client 192.0.2.2"), KeptFileTest::input, problems::add);
        assertThat(file).hasContent("client 192.0.2.2");
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith(file + ": is written, but")
                .contains("Input/output error: " + file);
    }

    @Test
    void whatHasNoNameIsNotWrittenAndTheOldFileIsAsItWas() throws IOException {
        Path file = folder.resolve("allowed");
        Files.createDirectories(file.resolve("in the way"));
        assertThatThrownBy(() ->
                        KeptFile.write(
                                file,
                                List.of("client 192.0.2.2"),
                                KeptFileTest::input,
                                problems::add))
                .isInstanceOf(IOException.class);
        assertThat(file.resolve("in the way")).isDirectory();
        assertThat(folder.resolve("allowed.new")).as("keeps room").doesNotExist();
        assertThat(problems).isEmpty();
    }
}
