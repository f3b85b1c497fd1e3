package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// docs/replay.md shows what is printed of the log that it shows.
final class ReplayDocumentTest {
    private static final Pattern TIME =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}");

    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    @TempDir private Path folder = Path.of("");

    private static List<String> block(String language) throws IOException {
        Path document = Path.of(System.getProperty("project.root")).resolve("docs/replay.md");
        List<String> lines = Files.readAllLines(document, UTF_8);
        int from = lines.indexOf("```" + language) + 1;
        assertThat(from).as("a block of " + language).isPositive();
        List<String> after = lines.subList(from, lines.size());
        return after.subList(0, after.indexOf("```"));
    }

    /// A time of the document, which is in UTC, as it is printed here.
    private static String here(String time) {
        return LocalDateTime.parse(time, FORM)
                .atZone(ZoneOffset.UTC)
                .withZoneSameInstant(ZoneId.systemDefault())
                .format(FORM);
    }

    /// Without what differs from run to run, and the names of the columns, which are cut.
    private static List<String> comparable(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.contains("attempts played a second"))
                .filter(line -> !line.startsWith(" ".repeat(30)))
                .toList();
    }

    @Test
    void theDocumentShowsWhatIsPrinted() throws IOException {
        Path log = Files.write(folder.resolve("mail.log"), block("log"));
        Path defaults = Files.write(folder.resolve("defaults"), List.of());
        Path trial =
                Files.write(folder.resolve("trial.toml"), List.of("[retry]", "delay = \"10m\""));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                Greyctl.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "replay",
                        "--config=" + defaults,
                        "--with=" + trial,
                        "" + log);
        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        List<String> shown = block("replay");
        assertThat(shown.getFirst()).isEqualTo("$ greyctl replay --with trial.toml mail.log");
        List<String> expected =
                comparable(shown.subList(1, shown.size())).stream()
                        .map(line -> TIME.matcher(line).replaceAll(time -> here(time.group())))
                        .toList();
        assertThat(comparable(out.toString().replace(folder + "/", "").lines().toList()))
                .isEqualTo(expected);
    }
}
