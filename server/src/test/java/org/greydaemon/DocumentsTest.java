package org.greydaemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Documents point to things that exist.
final class DocumentsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("project.root")).toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^):]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]+(?:Test|IT))`");

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .filter(file ->
                            !ROOT.relativize(file).toString().matches("(.*/)?(target|var)/.*"))
                    .toList();
        }
    }

    private static List<String> found(Pattern pattern, Path file) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(file));
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /// As the sites on which Markdown is read make them of its headings.
    private static List<String> anchors(Path document) throws IOException {
        return found(HEADING, document).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : files(".md")) {
            Path folder = Objects.requireNonNull(document.getParent());
            for (String link : found(LINK, document)) {
                String[] parts = link.split("#", 2);
                Path to = parts[0].isEmpty() ? document : folder.resolve(parts[0]);
                if (!Files.exists(to) || (parts.length > 1 && !anchors(to).contains(parts[1]))) {
                    dead.add(ROOT.relativize(document) + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void testsThatDocumentsNameExist() throws IOException {
        List<String> names =
                files(".java").stream()
                        .map(file -> String.valueOf(file.getFileName()).replace(".java", ""))
                        .toList();
        List<String> missing = new ArrayList<>();
        for (Path document : files(".md")) {
            for (String test : found(TEST, document)) {
                if (!names.contains(test)) {
                    missing.add(ROOT.relativize(document) + ": " + test);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    /// e2e/deb runs those of docs/install.md.
    @Test
    void theReadmesFiveCommandsAreThoseThatAreRun() throws IOException {
        Pattern block = Pattern.compile("(?s)```install\n(.*?)```");
        List<String> readme = found(block, ROOT.resolve("README.md"));
        assertThat(readme).isEqualTo(found(block, ROOT.resolve("docs/install.md"))).hasSize(1);
        assertThat(readme.getFirst().lines()).hasSize(5);
    }
}
