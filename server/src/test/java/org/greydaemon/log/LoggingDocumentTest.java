package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Suspicion;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// docs/logging.md has every event, and no others.
final class LoggingDocumentTest {
    private static final Path DOCUMENT =
            Path.of(System.getProperty("project.root"), "docs/logging.md");

    private static String row(Event event) {
        return "| `%s` | %s | %s | %s |"
                .formatted(
                        event.form().strip(), event.word(), event.severity().word(), event.help());
    }

    @Test
    void theTableIsTheCodes() throws IOException {
        List<String> rows =
                Files.readAllLines(DOCUMENT).stream()
                        .filter(line -> line.startsWith("| `"))
                        .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(Event.values()).map(LoggingDocumentTest::row).toList());
    }

    @Test
    void theWordsOfSuspectAreExplained() throws IOException {
        assertThat(Files.readString(DOCUMENT))
                .contains(
                        Arrays.stream(Suspicion.values())
                                .filter(why -> why != Suspicion.NONE)
                                .map(why -> "`" + why.word() + "` (")
                                .toList());
    }

    @Test
    void aLineBeginsWithWhatIsAlwaysTheSame() {
        assertThat(Event.STARTED.line("[::1]:1999")).isEqualTo("started greydaemon on [::1]:1999");
        assertThat(Event.MORE_STRANGE.line("3 more")).isEqualTo("? 3 more");
        assertThat(Event.WHITE_LIST.line("greywhite:2: x")).isEqualTo("greywhite:2: x");
        for (Event event : Event.values()) {
            assertThat(event.form()).startsWith(event.begin());
            assertThat(event.begin()).doesNotContainPattern("[A-Z]{2}");
        }
    }
}
