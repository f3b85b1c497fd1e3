package org.greydaemon.wire.udp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;

import org.greydaemon.wire.udp.OriginalDaemon.Refused;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// What the original answered, datagram by datagram: answers, log lines and save files must be the
/// same, but for the deviations that docs/compatibility.md names.
final class ConformanceTest {
    private static final long T0 = 1_700_000_000;

    /// A line of the deviations' table: `| case | ... |`.
    private static final String DEVIATION_ROW = "| `";

    @TempDir Path folder;
    private int folders;

    /// A file of recorded/; the names are the file's.
    @SuppressWarnings({"ArrayRecordComponent", "MemberName"})
    private record Scenario(
            List<String> args,
            @Nullable String whitelist,
            @Nullable String savefile,
            long start_time,
            List<ScenarioStep> steps,
            @Nullable List<String> savefile_after) {}

    private record ScenarioStep(
            long time, String packet, @Nullable String reply, List<String> log) {}

    /// A line of cases.jsonl; the names are the file's.
    @SuppressWarnings("MemberName")
    private record Case(
            List<String> options,
            String whitelist,
            String save,
            boolean start_fails,
            List<CaseStep> steps) {}

    @SuppressWarnings("MemberName")
    private record CaseStep(
            long dt,
            String packet_hex,
            @Nullable String reply_hex,
            List<String> verdicts,
            List<String> state) {}

    /// Only the name of a case, which is a Java keyword.
    private record Named(@com.google.gson.annotations.SerializedName("case") String name) {}

    @TestFactory
    Stream<DynamicTest> recordedScenarios() throws IOException {
        try (Stream<Path> files = Files.list(resource("recorded"))) {
            List<Path> sorted = files.sorted().toList();
            assertThat(sorted).hasSize(80);
            return sorted.stream()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    String.valueOf(file.getFileName()), () -> replay(file)));
        }
    }

    private void replay(Path file) throws IOException, Refused {
        Scenario scenario = new Gson().fromJson(Files.readString(file), Scenario.class);
        try (OriginalDaemon daemon =
                new OriginalDaemon(
                        newFolder(),
                        scenario.start_time(),
                        scenario.args(),
                        Objects.requireNonNullElse(scenario.whitelist(), ""),
                        scenario.savefile())) {
            for (ScenarioStep step : scenario.steps()) {
                assertThat(daemon.ask(step.time(), step.packet())).isEqualTo(step.reply());
                // The original saves after an answer, we in the background: that line has no place.
                assertThat(daemon.takeLog())
                        .isEqualTo(
                                step.log().stream()
                                        .filter(line -> !line.startsWith("save status"))
                                        .toList());
            }
            if (scenario.savefile_after() != null) {
                assertThat(daemon.saved()).isEqualTo(scenario.savefile_after());
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> handMadeCases() throws IOException {
        List<String> lines = Files.readAllLines(resource("cases.jsonl"));
        assertThat(lines).hasSize(233);
        List<String> deviations = deviations();
        return lines.stream()
                .map(line -> {
                    String name = new Gson().fromJson(line, Named.class).name();
                    return DynamicTest.dynamicTest(
                            name,
                            () -> {
                                List<String> differences = differences(line);
                                if (deviations.contains(name)) {
                                    // Else the document claims what is not so.
                                    assertThat(differences).isNotEmpty();
                                } else {
                                    assertThat(differences).isEmpty();
                                }
                            });
                });
    }

    @Test
    void everyDeviationIsACase() throws IOException {
        List<String> cases =
                Files.readAllLines(resource("cases.jsonl")).stream()
                        .map(line -> new Gson().fromJson(line, Named.class).name())
                        .toList();
        assertThat(cases).containsAll(deviations());
    }

    private List<String> differences(String line) throws IOException {
        Case recorded = new Gson().fromJson(line, Case.class);
        List<String> differences = new ArrayList<>();
        try (OriginalDaemon daemon =
                new OriginalDaemon(
                        newFolder(),
                        T0,
                        recorded.options(),
                        recorded.whitelist() + "\n255.255.255.254\n",
                        recorded.save())) {
            if (recorded.start_fails()) {
                differences.add("started");
            }
            for (CaseStep step : recorded.steps()) {
                note(differences, step.reply_hex(), daemon.ask(T0 + step.dt(), step.packet_hex()));
                note(differences, step.verdicts(), verdicts(daemon.takeLog()));
                note(differences, step.state(), daemon.saved());
            }
        } catch (Refused e) {
            if (!recorded.start_fails()) {
                differences.add("refused: " + e.getMessage());
            }
        }
        return differences;
    }

    private static void note(
            List<String> differences, @Nullable Object expected, @Nullable Object actual) {
        if (!Objects.equals(expected, actual)) {
            differences.add(shown("expected " + expected) + shown(" but was " + actual));
        }
    }

    /// A value as far as it helps: some packets are long.
    private static String shown(String text) {
        return text.substring(0, Math.min(text.length(), 300));
    }

    /// The verdicts of log lines: what stands between the asker and the request.
    private static List<String> verdicts(List<String> lines) {
        return lines.stream()
                .map(line -> line.substring("PEER ".length()))
                .map(ConformanceTest::verdict)
                .toList();
    }

    private static String verdict(String line) {
        return Stream.of(
                        "white",
                        "ok ip",
                        "bounce",
                        "retry too soon",
                        "retry ok",
                        "stale grey",
                        "new grey",
                        "bad req no I",
                        "bad req no F",
                        "bad req no T")
                .filter(line::startsWith)
                .findFirst()
                .orElse(line);
    }

    /// The cases that docs/compatibility.md names as deliberate deviations.
    private static List<String> deviations() throws IOException {
        Path document = Path.of(System.getProperty("project.root"), "docs", "compatibility.md");
        List<String> names = new ArrayList<>();
        for (String line : Files.readAllLines(document)) {
            if (line.startsWith(DEVIATION_ROW)) {
                String cell = line.substring(2, line.indexOf('|', 2));
                for (String name : cell.split(",", -1)) {
                    names.add(name.replace("`", "").strip());
                }
            }
        }
        return names;
    }

    private Path newFolder() throws IOException {
        return Files.createDirectory(folder.resolve(String.valueOf(folders++)));
    }

    private static Path resource(String name) {
        try {
            URI uri =
                    Objects.requireNonNull(
                                    ConformanceTest.class.getResource("/conformance/" + name))
                            .toURI();
            return Path.of(uri);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
