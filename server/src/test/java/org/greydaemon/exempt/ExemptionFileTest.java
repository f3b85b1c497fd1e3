package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// What lines of an exemption file say, and what is said of lines that cannot be meant.
final class ExemptionFileTest {
    private static final long SEED = Long.getLong("seed", 20_261_126L);

    private static List<ExemptionLine> parsed(String... lines) throws MistakeException {
        return ExemptionFile.parse("exemptions", List.of(lines)).lines();
    }

    @Test
    void aLineHasConditionsAnEndAndAReason() throws Exception {
        List<ExemptionLine> lines =
                parsed(
                        "# who passes",
                        "",
                        "client 192.0.2.0/24",
                        "\thost .example.org  sender a#b@example.org until 2027-01-31 # ticket # 1",
                        "recipient x@example.net until 2027-01-31T12:00+01:00");
        assertThat(lines).hasSize(3);
        Exemption first = lines.get(0).exemption();
        assertThat(first.toString()).isEqualTo("exemptions:3: client 192.0.2.0/24");
        assertThat(first.until()).isEqualTo(Exemption.FOREVER);
        Exemption second = lines.get(1).exemption();
        assertThat(second.text()).isEqualTo("host .example.org sender a#b@example.org");
        assertThat(second.reason()).isEqualTo("ticket # 1");
        assertThat(second.line()).isEqualTo(4);
        // 2027-02-01 00:00:00 UTC is the first second that is no longer meant.
        assertThat(second.until()).isEqualTo(1_801_440_000L);
        assertThat(lines.get(2).exemption().until()).isEqualTo(1_801_393_200L);
    }

    /// A message goes to a terminal and to the log, and it repeats what the line says.
    @Test
    void whatAMessageRepeatsIsEscaped() {
        assertThat(
                        catchThrowableOfType(
                                        MistakeException.class,
                                        () -> parsed("\0\033[2J@example.org"))
                                .problems())
                .singleElement()
                .asString()
                .contains("'sender \\x00\\x1b[2J@example.org'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "192.0.2.1                   | '192.0.2.1' stands alone; did you mean 'client"
                        + " 192.0.2.1'?",
                "a@example.org               | 'a@example.org' stands alone; did you mean 'sender"
                        + " a@example.org' or 'recipient a@example.org'?",
                "mx                          | 'mx' is none of client, host, helo, sender,"
                        + " recipient, confirmed,",
                "clients 192.0.2.1           | 'clients' is none of client,",
                "192.0.2.1#no                | '192.0.2.1#no' has a # that no blank stands before;"
                        + " did you mean '192.0.2.1 #no'?",
                "client 192.0.2.1#no         | '192.0.2.1#no' has a # that no blank",
                "host mx.example.org#x       | 'mx.example.org#x' has a # that no blank",
                "mx.example.org              | 'mx.example.org' stands alone; did you mean 'host"
                        + " mx.example.org'?",
                "Client 192.0.2.1            | 'Client' is no word of a line; did you mean"
                        + " 'client'",
                "client=192.0.2.1            | 'client=192.0.2.1' is no word of a line; did you"
                        + " mean 'client'",
                "client                      | 'client' stands alone; write behind it",
                "client 192.0.2.1 host       | 'host' has nothing behind it; write host and a"
                        + " value",
                "client 192.0.2.1/33         | '192.0.2.1/33' ",
                "host a.b host c.d           | there are two conditions on the host",
                "recipient a@b opt-in c@d    | there are two conditions on the recipient",
                "opt-in a@b client 192.0.2.1 | opt-in names recipients and nothing else",
                "until 2027-01-31            | the line says until when, but not who",
                "greylist reply later host a.b | 'later' is no text of a reply",
                "greylist reply \"%d\" host a.b | '\"%d\"' has '%d', and only %s",
                "greylist reply \"a %\" host a.b | '\"a %\"' has '%', and only %s",
                "greylist reply \"%s %s\" host a.b | '\"%s %s\"' has %s twice",
                "greylist reply \"a\\r\\n550 no\" host a.b | '\"a\\r\\n550 no\"' has \\r, and only",
                "greylist reply \"a\u0007b\" host a.b | '\"a\\u0007b\"' has the character U+0007,",
                "greylist reply \"a\u0085b\" host a.b | '\"a\\u0085b\"' has the character U+0085,",
                "greylist reply \" \" host a.b | '\" \"' is empty",
                "greylist reply \"550 no\" host a.b | '\"550 no\"' begins with a code",
                "greylist reply \"a\" reply \"b\" host a.b | there are two texts for reply",
                "observe                     | the line says what happens, but not to whom",
                "host a.b until 31.1.2027    | '31.1.2027' is no date; write one such as"
                        + " 2027-01-31",
                "host a.b until 2027-02-30   | '2027-02-30' is no date",
                "host a.b until 2027-01-31 until 2027-01-31 | there are two times",
            })
    void whatCannotBeMeantSaysWhatToWrite(String line, String why) {
        assertThatThrownBy(() -> parsed("# first", line))
                .isInstanceOf(MistakeException.class)
                .hasMessageStartingWith("exemptions:2: " + why);
    }

    @Test
    void allBadLinesAreNamedAndTheCountOfMore() {
        MistakeException e =
                catchThrowableOfType(
                        MistakeException.class,
                        () ->
                                ExemptionFile.parse(
                                        "f", Collections.nCopies(25, "client nobody.example")));
        assertThat(e.problems()).hasSize(ListFile.PROBLEMS_MAX + 1);
        assertThat(e.problems().getLast()).isEqualTo("f: bad lines not named here: 5");
    }

    @Test
    void thereIsABoundOnLinesWithWildcards() {
        List<String> lines = Collections.nCopies(ExemptionFile.TRIED_MAX + 1, "host a*.b");
        assertThatThrownBy(() -> ExemptionFile.parse("f", lines))
                .hasMessageStartingWith("f:1001: the file has more than 1000 lines with *");
    }

    @Test
    void thereIsABoundOnLinesOfAllFiles(@TempDir Path folder) throws Exception {
        Path half = folder.resolve("half");
        Files.write(half, Collections.nCopies(ExemptionFile.LINES_MAX / 2, "client 192.0.2.1"));
        assertThat(ExemptionLists.read(Optional.empty(), List.of(half, half), false).lines())
                .isEqualTo(ExemptionFile.LINES_MAX);
        Path one = folder.resolve("one");
        Files.writeString(one, "client 192.0.2.1");
        List<Path> more = List.of(half, half, one);
        assertThatThrownBy(() -> ExemptionLists.read(Optional.empty(), more, false))
                .hasMessage(
                        one
                                + ": with it there are 50001 exemptions in all files, more than"
                                + " 50000; write domains or networks");
        Files.write(half, Collections.nCopies(ExemptionFile.LINES_MAX + 1, "client 192.0.2.1"));
        assertThatThrownBy(() -> ExemptionFile.read(half))
                .hasMessage(
                        half
                                + ":50001: there are more than 50000 lines; write domains or"
                                + " networks");
    }

    /// Each such line is 65,536 networks: a few dozen took more memory than the daemon has.
    @Test
    void thereIsABoundOnNetworksOfAllFiles(@TempDir Path folder) throws Exception {
        List<String> lines =
                List.of("client 0.*.*.1", "client 1.*.*.1", "client 2.*.*.1", "client 3.*.*.1");
        assertThatThrownBy(() -> ExemptionFile.parse("f", lines))
                .hasMessage(
                        "f:4: with 'client 3.*.*.1' the clients of all lines are 262144 networks,"
                                + " more than 250000; write wider ones");
        Path first = Files.write(folder.resolve("first"), lines.subList(0, 2));
        Path second = Files.write(folder.resolve("second"), lines.subList(2, 4));
        assertThat(ExemptionFile.read(second).size()).isEqualTo(2);
        assertThatThrownBy(
                        () -> ExemptionLists.read(Optional.empty(), List.of(first, second), false))
                .hasMessage(
                        second
                                + ":2: with 'client 3.*.*.1' the clients of all lines are 262144"
                                + " networks, more than 250000; write wider ones");
    }

    @Test
    void networksThatAreNotMeantCountToo() {
        List<String> lines =
                new ArrayList<>(Collections.nCopies(976, "sender a@b.c not client 192.*.2.1"));
        lines.add("client 192.*.2.1 sender a@b.c");
        assertThatThrownBy(() -> ExemptionFile.parse("f", lines))
                .hasMessageStartingWith("f:977: with 'client 192.*.2.1 sender a@b.c' the clients");
    }

    @Test
    void networksBesideOtherConditionsAreFew() {
        assertThatThrownBy(
                        () -> parsed("client 192.*.2.1 sender a@b.c", "client 192.*.*.1 host a.b"))
                .hasMessage(
                        "exemptions:2: the clients are 65536 networks, more than 256 beside other"
                                + " conditions; write wider ones");
    }

    @Test
    void aFileThatIsNotThereIsSaid(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("exemptions");
        assertThatThrownBy(() -> ExemptionFile.read(file))
                .hasMessage(file + ": there is no such file; make it, an empty one will do");
        Files.writeString(file, "\ufeffhost mx.example.org\r\n");
        assertThat(ExemptionFile.read(file).size()).isEqualTo(1);
    }

    @Test
    void noTextIsABug() {
        Random random = new Random(SEED);
        List<String> words =
                List.of(
                        "client",
                        "host",
                        "helo",
                        "sender",
                        "recipient",
                        "opt-in",
                        "until",
                        "#",
                        "192.0.2.1",
                        ".",
                        "@",
                        "*",
                        "<>",
                        "2027-01-31",
                        "a@b",
                        "\u0000",
                        "/x/",
                        "::1",
                        "é");
        for (int round = 0; round < 20_000; round++) {
            StringBuilder line = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                line.append(words.get(random.nextInt(words.size())));
                line.append(random.nextInt(4) == 0 ? "" : " ");
            }
            try {
                parsed(line.toString());
            } catch (MistakeException e) {
                assertThat(e.problems().getFirst())
                        .describedAs("-Dseed=%d", SEED)
                        .startsWith("exemptions:1: ");
            }
        }
    }
}
