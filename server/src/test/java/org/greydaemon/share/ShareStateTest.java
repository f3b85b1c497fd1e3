package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// How far a host is survives its end; a file that cannot be used costs an exchange of everything.
final class ShareStateTest {
    @TempDir Path folder;

    private final ShareState state =
            new ShareState(
                    "site",
                    1_800_000_000,
                    Collections.nCopies(
                            Engine.SHARDS, new Engine.StreamPlace("1800000000123-4", "00ff")),
                    Map.of("F G 192.0.2.1 a%20b c", 1_800_000_000_123L));

    @Test
    void itIsReadAsItWasWritten() throws IOException {
        Path file = ShareState.path(folder.resolve("save"));
        assertThat(file).hasFileName("save.share");
        assertThat(ShareState.read(file, "site")).isEmpty();
        state.write(file);
        state.write(file);
        assertThat(ShareState.read(file, "site")).isEqualTo(Optional.of(state));
        assertThat(ShareState.read(file, "another")).isEmpty();
    }

    @Test
    void whateverDigitsTheLocaleHasFilesAndKeysHaveOurs() throws IOException {
        Path file = folder.resolve("save.share");
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("fa-IR"));
        try {
            assertThat("%d".formatted(7)).as("the locale has its own").isNotEqualTo("7");
            state.write(file);
            assertThat(ShareState.read(file, "site")).isEqualTo(Optional.of(state));
            assertThat(Engine.key("site", 7, 's')).isEqualTo("greydaemon:{site:07}:s");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aDamagedFileIsNone() throws IOException {
        Path file = folder.resolve("save.share");
        state.write(file);
        String text = Files.readString(file, ISO_8859_1);
        Random random = new Random(20_261_128);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder damaged = new StringBuilder(text);
            damaged.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
            damaged.setLength(random.nextInt(text.length() - 2)); // Without its end.
            Files.writeString(file, damaged, ISO_8859_1);
            assertThat(ShareState.read(file, "site")).isEmpty();
        }
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(ShareState.read(file, "site")).isEmpty();
    }
}
