package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The table of options, and that sample, manual and documents say the same.
final class OptionsTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));

    @TempDir Path folder;

    private Configuration read(List<String> lines) throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.write(file, lines);
        Sources.ReadConfiguration reading = new Sources(Optional.of(file), Map.of()).read();
        assertThat(reading.errors()).isEmpty();
        return reading.configuration().orElseThrow();
    }

    private static List<String> texts(Configuration configuration) {
        return configuration.all().stream()
                .map(setting -> setting.option().key() + " = " + setting.text())
                .toList();
    }

    @Test
    void theSampleInThePackageIsTheTables() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve("packaging/greydaemon.toml")))
                .describedAs("./greydaemon --sample-config >packaging/greydaemon.toml")
                .isEqualTo(Printed.sample());
    }

    /// What the package's service runs with: few keys, and what is commented out is the default.
    @Test
    void theServicesFileIsGoodAndItsCommentsAreDefaults() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("packaging/deb/greydaemon.toml"));
        Configuration service = read(lines);
        assertThat(
                        service.all().stream()
                                .filter(s -> !(s.place() instanceof Position.ByDefault))
                                .map(s -> s.option().key()))
                .containsExactly(
                        "listen.policy", "store.save-file", "exempt.white-list", "exempt.files");
        Configuration open =
                read(
                        lines.stream()
                                .map(line -> line.replaceFirst("^#(?=[a-z0-9-]+ = )", ""))
                                .toList());
        assertThat(open.differences(service))
                .containsExactly(
                        "listen.milter [] -> [\"unix:/run/greydaemon/milter\"]; needs a restart");
    }

    /// Until `listen.http` is opened nobody would answer there.
    @Test
    void aLinkWaitsForTheRestartThatOpensWhatItLeadsTo() throws IOException {
        Configuration running = read(List.of());
        Configuration read =
                read(List.of("listen.http = '::1'", "reply.link = 'https://a.example/why/'"));
        assertThat(read.differences(running))
                .containsExactly(
                        "listen.http \"\" -> [::1]:8077; needs a restart",
                        "reply.link \"\" -> https://a.example/why/; needs a restart");
        assertThat(read.waiting(running)).containsExactly("listen.http", "reply.link");
        Configuration reloaded = read.appliedTo(running);
        assertThat(read.waiting(reloaded)).as("next time").isEqualTo(read.waiting(running));
        Configuration other =
                read(List.of("listen.http = '::1'", "reply.link = 'https://b.example/why/'"));
        assertThat(other.waiting(read)).as("it is open").isEmpty();
        assertThat(running.waiting(read)).as("without it").containsExactly("listen.http");
    }

    /// And nobody reads it there.
    @Test
    void aReloadSaysThatAPasswordHasChanged() throws IOException {
        Configuration none = read(List.of());
        Configuration one = read(List.of("share.password = 'hunter1'"));
        Configuration other = read(List.of("share.password = 'hunter2'"));
        assertThat(other.differences(one)).containsExactly("share.password has changed");
        assertThat(one.differences(none)).containsExactly("share.password has changed");
        assertThat(one.differences(read(List.of("share.password = 'hunter1'")))).isEmpty();
        assertThat(String.join("", Printed.settings(one))).doesNotContain("hunter");
    }

    @Test
    void theSampleMeansTheDefaultsWithAndWithoutItsHashes() throws IOException {
        List<String> defaults = texts(read(List.of()));
        assertThat(texts(read(Printed.sample()))).isEqualTo(defaults);
        List<String> open =
                Printed.sample().stream()
                        .map(line -> line.replaceFirst("^#(?=[a-z0-9-]+ = )", ""))
                        .toList();
        Configuration read = read(open);
        assertThat(texts(read)).isEqualTo(defaults);
        assertThat(read.all()).noneMatch(s -> s.place() instanceof Position.ByDefault);
    }

    @Test
    void whatIsPrintedMeansTheSame() throws IOException {
        Configuration first =
                read(
                        List.of(
                                "listen.udp = '[::1]:0'",
                                "listen.policy = ['unix:/run/a \"b\"', '127.0.0.1:1']",
                                "listen.allow = ['192.0.2.4-192.0.2.9']",
                                "listen.socket-mode = '640'",
                                "listen.user = 'é'",
                                "retry.delay = '1h1m1s'",
                                "retry.window = '90m'",
                                "retry.some-never-pass = true",
                                "store.save-file = 'a'",
                                "exempt.white-list = 'b'",
                                "reply.text = '450 4.2.0 \"%s\"'",
                                "log.debug = true"));
        assertThat(texts(read(Printed.settings(first)))).isEqualTo(texts(first));
    }

    /// Where `greydaemon --config greydaemon.toml --print-config` was redirected to.
    @Test
    void whatIsPrintedMeansTheSameFilesInAnotherFolder() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path file = here.relativize(folder.toRealPath()).resolve("greydaemon.toml");
        Files.writeString(folder.resolve("ours"), "example.org\n");
        Files.write(
                file,
                List.of(
                        "store.save-file = 'save'",
                        "exempt.white-list = ''",
                        "exempt.files = ['one', '/two']",
                        "rules.pools = 'ours'"));
        Configuration read =
                new Sources(Optional.of(file), Map.of()).read().configuration().orElseThrow();
        Path absolute = here.resolve(file).resolveSibling("x");
        assertThat(Printed.settings(read).stream().map(line -> line.replaceFirst(" +#.*", "")))
                .contains(
                        "save-file = \"" + absolute.resolveSibling("save") + "\"",
                        "white-list = \"\"",
                        "files = [\"" + absolute.resolveSibling("one") + "\", \"/two\"]",
                        "pools = [\"" + absolute.resolveSibling("ours") + "\"]");
    }

    @Test
    void everyPrintedSettingSaysWhereItIsFrom() throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(file, "[retry]\nwindow = \"36h\"\n");
        Map<String, Written> line =
                Map.of(
                        "retry.delay",
                        new Written.Text(new Position.OnCommandLine("-m"), "5"),
                        "listen.udp",
                        new Written.Text(new Position.OnCommandLine(""), "127.0.0.1:0"));
        Configuration configuration =
                new Sources(Optional.of(file), line).read().configuration().orElseThrow();
        assertThat(Printed.settings(configuration))
                .contains(
                        "udp = \"127.0.0.1:0\"                      # command line; default"
                                + " \"127.0.0.1:1999\"",
                        "delay = \"300s\"                           # command line, -m; default"
                                + " \"240s\"",
                        "window = \"36h\"                           # "
                                + file
                                + ":2; default \"24h\"",
                        "retention = \"35d\"                        # default");
    }

    @Test
    void theCommandLineHasEverySwitchOfTheTable() {
        assertThat(Options.SWITCHES)
                .containsExactlyInAnyOrderElementsOf(
                        Options.ALL.stream()
                                .filter(option -> option.onCommandLine().isPresent())
                                .toList());
    }

    @Test
    void noKeyIsThereTwiceAndGroupsAreTogether() {
        assertThat(Options.keys())
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[a-z]+\\.[a-z0-9-]+"));
        List<String> groups = Options.ALL.stream().map(Option::group).toList();
        String runs = String.join(" ", groups).replaceAll("\\b(\\w+)( \\1\\b)+", "$1");
        assertThat(runs.split(" ", -1)).doesNotHaveDuplicates();
    }

    /// `.It Cm key` with the default and the first version in the words of the table.
    @Test
    void theManualHasEveryKeyWithItsDefault() throws IOException {
        String page = Files.readString(ROOT.resolve("man/greydaemon.toml.5"));
        Matcher items =
                Pattern.compile("\\.It Cm ([a-z0-9-]+)\\n((?:(?!\\.It|\\.El).*\\n)*)")
                        .matcher(page);
        Map<String, String> found =
                items.results()
                        .filter(item -> item.group(2).contains("The default is"))
                        .collect(Collectors.toMap(item -> item.group(1), item -> item.group(2)));
        assertThat(found.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Options.ALL.stream().map(Option::name).toList());
        for (Option<?> option : Options.ALL) {
            String text = String.valueOf(found.get(option.name()));
            assertThat(text)
                    .describedAs(option.key())
                    .contains("The default is\n.Li " + roff(option.defaultText(RuleSet.MODERN)));
            assertThat(text.contains("restart")).isEqualTo(option.reload() == Reload.RESTART);
            String original = option.defaultText(RuleSet.ORIGINAL);
            assertThat(text.contains("with original rules"))
                    .isEqualTo(!original.equals(option.defaultText(RuleSet.MODERN)));
            if (text.contains("with original rules")) {
                assertThat(text).contains("with original rules\n.Li " + roff(original));
            }
        }
    }

    private static String roff(String toml) {
        return toml.replace("\"", "\\(dq").replace("[]", "[]");
    }
}
