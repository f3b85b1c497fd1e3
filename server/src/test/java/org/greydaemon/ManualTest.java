package org.greydaemon;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.cli.ExitStatus;
import org.greydaemon.cli.Greyctl;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.log.Event;
import org.greydaemon.log.Severity;
import org.junit.jupiter.api.Test;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The manual pages say what the program does: options, defaults, reasons, words of the log.
final class ManualTest {
    private static final Path SOURCES =
            Path.of(System.getProperty("project.root"), "server/src/main/java");
    private static final Pattern DEFAULT =
            Pattern.compile("The default is (\\S+?)[,.;]( with -rules Cm modern (\\d+)\\.)?( |$)");

    /// Commands that are described in sections of their own.
    private static final List<String> HAVE_SECTIONS = List.of("schedules", "replay");

    private final ManualPage greydaemon = new ManualPage("greydaemon.8");
    private final ManualPage greyctl = new ManualPage("greyctl.1");
    private final ManualPage configuration = new ManualPage("greydaemon.toml.5");
    private final CommandSpec daemonSpec = DaemonCommand.spec();
    private final CommandSpec schedulesSpec = subcommand("schedules");
    private final CommandSpec replaySpec = subcommand("replay");

    ManualTest() throws IOException {}

    private static CommandSpec subcommand(String name) {
        return Objects.requireNonNull(Greyctl.commandLine().getSubcommands().get(name))
                .getCommandSpec();
    }

    @Test
    void greydaemonHasTheOptionsOfItsPageAndNoOthers() {
        assertThat(options(daemonSpec))
                .containsExactlyElementsOf(greydaemon.options("OPTIONS"))
                .containsExactlyElementsOf(greydaemon.options("SYNOPSIS"));
    }

    @Test
    void greyctlHasTheOptionsOfItsPageAndNoOthers() {
        List<String> all =
                Stream.concat(
                                Stream.of("--version"),
                                commands().values().stream()
                                        .filter(one ->
                                                !HAVE_SECTIONS.contains(one.getCommandName()))
                                        .flatMap(one -> options(one.getCommandSpec()).stream()))
                        .distinct()
                        .toList();
        assertThat(greyctl.options("OPTIONS")).containsExactlyInAnyOrderElementsOf(all);
        assertThat(greyctl.options("SYNOPSIS"))
                .containsExactly(
                        "--server ipaddr[:port]",
                        "--timeout seconds",
                        "--delay duration",
                        "--window duration",
                        "--per-net",
                        "--csv",
                        "--config file",
                        "--with file",
                        "--good file",
                        "--json",
                        "--listed",
                        "--forget net",
                        "--for time",
                        "--reason text",
                        "--to recipient",
                        "--yes",
                        "--cancel",
                        "--for time",
                        "--once",
                        "--reason text",
                        "--to recipient",
                        "--smtp ipaddr:port",
                        "--recipient address",
                        "--mail-server name",
                        "--mail-config path",
                        "--auth user",
                        "--password-file path",
                        "--help",
                        "--version");
        assertThat(options(schedulesSpec))
                .containsExactlyInAnyOrderElementsOf(greyctl.options("SCHEDULES"));
        assertThat(options(replaySpec))
                .containsExactlyInAnyOrderElementsOf(greyctl.options("REPLAY"));
    }

    @Test
    void greyctlHasTheCommandsOfItsPageAndNoOthers() {
        assertThat(
                        greyctl.section("SYNOPSIS").stream()
                                .filter(line -> line.startsWith(".Cm "))
                                .map(line -> line.substring(".Cm ".length())))
                .containsExactlyElementsOf(commands().keySet());
        List<String> described = new ArrayList<>(commands().keySet());
        described.remove("ask"); // It has text of its own.
        described.removeAll(HAVE_SECTIONS);
        assertThat(greyctl.items("DESCRIPTION").keySet())
                .containsExactlyElementsOf(described.stream().map(name -> "Cm " + name).toList());
        commands()
                .forEach((name, command) ->
                        assertThat(synopsis(name))
                                .isEqualTo(
                                        command.getCommandSpec().positionalParameters().stream()
                                                .map(ArgSpec::paramLabel)
                                                .collect(Collectors.joining(" "))));
    }

    /// The parameters of a command in the synopsis.
    private String synopsis(String command) {
        return greyctl.section("SYNOPSIS").stream()
                .dropWhile(line -> !line.equals(".Cm " + command))
                .takeWhile(line -> !line.equals(".Nm"))
                .filter(line -> line.startsWith(".Ar "))
                .map(line -> line.substring(".Ar ".length()).replace(" ...", ""))
                .collect(Collectors.joining(" "));
    }

    private static Map<String, CommandLine> commands() {
        return Greyctl.commandLine().getSubcommands();
    }

    private static List<String> options(CommandSpec spec) {
        return spec.options().stream().map(ManualTest::synopsis).toList();
    }

    private static String synopsis(OptionSpec option) {
        boolean alone = option.arity().max() == 0;
        return option.longestName() + (alone ? "" : " " + option.paramLabel());
    }

    /// A command line with the default that the page names means the same as one without.
    @Test
    void theDefaultsOfThePageAreTheDefaults() {
        List<String> checked = new ArrayList<>();
        greydaemon
                .items("OPTIONS")
                .forEach((item, text) -> {
                    Matcher named = DEFAULT.matcher(text);
                    if (named.find()) {
                        String option = "-" + item.split(" ", -1)[1];
                        checked.add(option);
                        assertSameSettings(List.of(), option, named.group(1));
                        if (named.group(3) != null) {
                            assertSameSettings(
                                    List.of("--rules", "modern"), option, named.group(3));
                        }
                    }
                });
        assertThat(checked)
                .containsExactly(
                        "-s",
                        "-t",
                        "-g",
                        "-m",
                        "--rules",
                        "--fsync",
                        "--stop-wait",
                        "--suspect-delay",
                        "--max-entries");
    }

    private static void assertSameSettings(List<String> before, String option, String value) {
        List<String> with = new ArrayList<>(before);
        with.addAll(List.of(option, value));
        assertThat(meaning(settings(with)))
                .describedAs("%s %s", option, value)
                .isEqualTo(meaning(settings(before)));
    }

    private static List<Object> meaning(DaemonSettings settings) {
        List<Reason> reasons = new ArrayList<>();
        Memory seenAtZero = (key, rule, now) -> key.isTriplet() ? 0 : Memory.NEVER;
        Attempt attempt = new Attempt(100, 1);
        byte[] text = "x".getBytes(US_ASCII);
        attempt.start(new Source(Source.Protocol.UDP));
        attempt.client(text, 0, 1);
        attempt.sender(text, 0, 1);
        attempt.recipient(text, 0, 1);
        Decision decision = new Decision(1);
        for (int now = 0; now < 600; now++) {
            decision.start();
            settings.rules().judge(attempt, seenAtZero, now, decision);
            reasons.add(decision.reason());
        }
        return List.of(
                settings.saveSeconds(),
                settings.logFormat(),
                settings.fsync(),
                settings.stopWaitSeconds(),
                settings.entriesMax(),
                settings.rules().lifetimes(),
                reasons);
    }

    private static DaemonSettings settings(List<String> options) {
        List<String> line = new ArrayList<>(options);
        line.addAll(List.of("127.0.0.1", "savefile"));
        return DaemonCommand.parse(line.toArray(String[]::new)).settings().orElseThrow();
    }

    @Test
    void theTableOfAnswersHasEveryReason() {
        List<String> rows =
                greydaemon.section("PROTOCOL").stream()
                        .filter(line -> line.matches("\\.It [01n].*"))
                        .map(line -> line.replaceFirst("\\.It .* Ta (\\w+) Ta .* Ta ", "$1 "))
                        .toList();
        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Reason.values())
                                // UDP has no word for who has logged in.
                                .filter(reason -> reason != Reason.AUTHENTICATED)
                                .map(ManualTest::row)
                                .toList());
    }

    private static String row(Reason reason) {
        String verdict =
                reason.accepts() ? "accept" : reason == Reason.MALFORMED ? "none" : "defer";
        return verdict + " " + reason.word();
    }

    @Test
    void everyLineOfTheLogThatThePageNamesIsInTheProgram() throws IOException {
        String program = program();
        assertThat(logLines())
                .hasSizeGreaterThan(10)
                .allSatisfy(words -> assertThat(program).contains("\"" + words));
    }

    /// What `-d` adds is a row for all of it.
    @Test
    void everyLineOfTheLogHasItsBeginInThePage() {
        assertThat(Event.values())
                .filteredOn(event -> event.severity() != Severity.DEBUG)
                .filteredOn(event -> !event.begin().isEmpty())
                .allSatisfy(event ->
                        assertThat(logLines())
                                .anyMatch(words ->
                                        words.startsWith(event.begin())
                                                || event.form().startsWith(words)));
    }

    /// Those that begin with what is always the same.
    private List<String> logLines() {
        return greydaemon.items("LOG").keySet().stream()
                .filter(words -> !words.startsWith("Ar "))
                .toList();
    }

    /// The package has them elsewhere, and its build says so in its pages.
    @Test
    void filesThatThePagesNameExist() {
        Path root = Path.of(System.getProperty("project.root"));
        assertThat(
                        Stream.of(greydaemon, greyctl, configuration)
                                .flatMap(page -> page.paths().stream())
                                .filter(path -> path.matches("(docs|packaging)/.*")))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(root.resolve(path)).exists());
    }

    @Test
    void theExitStatusesOfThePageAreThePrograms() throws IOException {
        assertThat(greydaemon.items("EXIT STATUS").keySet())
                .containsExactlyElementsOf(
                        Arrays.stream(ExitStatus.values())
                                .map(status -> String.valueOf(status.number()))
                                .toList());
        Path packaging = Path.of(System.getProperty("project.root"), "packaging");
        assertThat(Files.readString(packaging.resolve("jvm.sh")))
                .contains("-XX:+ExitOnOutOfMemoryError");
        String restart =
                Arrays.stream(ExitStatus.values())
                        .filter(ExitStatus::isFinal)
                        .map(status -> String.valueOf(status.number()))
                        .collect(Collectors.joining(" "));
        assertThat(Files.readAllLines(packaging.resolve("deb/greydaemon.service")))
                .contains("RestartPreventExitStatus=" + restart);
        for (ExitStatus status : ExitStatus.values()) {
            assertThat(greydaemon.items("EXIT STATUS").get(status.number() + ""))
                    .satisfies(text ->
                            assertThat(String.valueOf(text).contains("should start it anew"))
                                    .describedAs("%s", status)
                                    .isEqualTo(!status.isFinal() && status != ExitStatus.STOPPED));
        }
    }

    private static String program() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }
}
