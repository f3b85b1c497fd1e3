package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.greydaemon.exempt.ClientLists.address;
import static org.greydaemon.exempt.ClientLists.isExempt;
import static org.greydaemon.exempt.ClientLists.parsed;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What the lines of a white list come to together, and how its file is read.
final class ClientListTest {
    @Test
    void commentsBlanksAndEmptyLinesAreNoClients() throws Exception {
        ClientList list =
                parsed(
                        "# 1.2.3.4",
                        "",
                        "   ",
                        "\t5.6.7.8  # x # y ",
                        "#",
                        "9.9.9.9#z",
                        "10.1.2.3\r");
        assertThat(list.exemptions())
                .extracting(Exemption::line, Exemption::text, Exemption::reason)
                .containsExactly(
                        tuple(4, "5.6.7.8", "x # y"),
                        tuple(6, "9.9.9.9", "z"),
                        tuple(7, "10.1.2.3", ""));
        assertThat(isExempt(list, "1.2.3.4")).isFalse();
        assertThat(isExempt(list, "10.1.2.3")).isTrue();
    }

    @Test
    void emptyListExemptsNobody() throws Exception {
        assertThat(isExempt(parsed(), "0.0.0.0")).isFalse();
        assertThat(isExempt(ClientList.EMPTY, "::")).isFalse();
        assertThat(parsed().warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overlappingLinesExemptWhateverOneOfThemDoes(boolean reversed) throws Exception {
        List<String> lines = Stream.of("10.0.0.0/8", "10.0.0.0/24", "10.0.0.0/8").toList();
        ClientList list = ClientList.parse("greywhite", reversed ? lines.reversed() : lines);
        assertThat(isExempt(list, "10.0.0.9")).isTrue();
        assertThat(isExempt(list, "10.9.9.9")).isTrue();
        assertThat(isExempt(list, "11.0.0.0")).isFalse();
    }

    @Test
    void entryFoundIsTheNarrowestAndOfEqualOnesTheFirst() throws Exception {
        ClientList list = parsed("10.0.0.0/8 # all", "10.1.3-4.* # office", "10.0.0.0/8 # again");
        assertThat(found(list, "10.9.9.9")).isEqualTo("1 10.0.0.0/8 all");
        assertThat(found(list, "10.1.3.9")).isEqualTo("2 10.1.3-4.* office");
        assertThat(found(list, "10.1.4.9")).isEqualTo("2 10.1.3-4.* office");
        assertThat(list.find(address("11.0.0.0"))).isEmpty();
    }

    @Test
    void allBadLinesAreReportedTogether() {
        assertThatThrownBy(() -> parsed("1.2.3.4", "a.example", "10.0.0.0/33", "::1"))
                .hasMessageMatching(
                        "greywhite:2: 'a.example' .*\ngreywhite:3: '10.0.0.0/33' [^\n]*");
    }

    @Test
    void afterTwentyBadLinesTheOthersAreCounted() {
        List<String> lines = Collections.nCopies(32, "a.example");
        assertThat(
                        catchThrowableOfType(
                                        MistakeException.class, () -> ClientList.parse("w", lines))
                                .problems())
                .hasSize(ListFile.PROBLEMS_MAX + 1)
                .last()
                .isEqualTo("w: bad lines not named here: 12");
    }

    @Test
    void overlongLineIsRefusedAndCutInItsReport() {
        assertThatThrownBy(() -> parsed("1" + " ".repeat(1_000_000) + "1"))
                .hasMessage(
                        "greywhite:1: '1%s...' is longer than 256 characters; write an address or a"
                                        .formatted(" ".repeat(127))
                                + " prefix such as 192.0.2.1 or 192.0.2.0/24, and words behind #");
    }

    @Test
    void listOfPatternsThatExpandTooFarIsRefused() {
        // Each line is 65536 prefixes.
        List<String> lines = IntStream.range(0, 4).mapToObj(i -> i + ".*.*.1").toList();
        assertThatThrownBy(() -> ClientList.parse("w", lines))
                .hasMessage(
                        "w:4: '3.*.*.1' makes the list longer than 250000 blocks; write wider"
                                + " prefixes");
    }

    @Test
    void listThatExemptsEverybodyIsUsedWithAWarning() throws Exception {
        ClientList list = parsed("# test", "0.0.0.0/1", "128.0.0.0/1", "2000::/3");
        assertThat(isExempt(list, "192.0.2.1")).isTrue();
        assertThat(list.warnings())
                .containsExactly(
                        "greywhite:2: every IPv4 client is exempt, so none is greylisted; remove"
                                + " the line unless it is meant",
                        "greywhite:4: every IPv6 client is exempt, so none is greylisted; remove"
                                + " the line unless it is meant");
        assertThat(parsed("::/0").warnings()).hasSize(1);
        assertThat(parsed("*").warnings()).hasSize(1);
    }

    /// A slip of the pen, `64` for an address that begins so: the daemon that starts says so.
    @Test
    void listThatExemptsMillionsIsUsedWithAWarning() throws Exception {
        assertThat(parsed("0.0.0.0/1", "10", "fc00::/7", "64 # ours").warnings())
                .containsExactly(
                        "greywhite:1: 0.0.0.0/1: that are millions of addresses of many owners;"
                                + " write the networks that are meant",
                        "greywhite:4: 64: that are millions of addresses of many owners; write the"
                                + " networks that are meant, 64 is 64.0.0.0/8");
        String[] countries = {"1", "2", "3", "4", "5", "6", "7"};
        assertThat(parsed(countries).warnings()).as("lint names all").hasSize(5);
        assertThat(parsed("192.0.0.0/12", "10", "127", "2001::/20").warnings()).isEmpty();
    }

    @Test
    void fileMayHaveAByteOrderMarkAnyLineEndAndLatin1Comments(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("greywhite");
        Files.write(file, "\ufeff10.1.2.3\r\n10.1.2.4 # ".getBytes(StandardCharsets.UTF_8));
        Files.write(file, new byte[] {(byte) 0xfc, '\n', '1', '1'}, StandardOpenOption.APPEND);
        ClientList list = ClientList.read(file);
        assertThat(list.exemptions()).extracting(Exemption::line).containsExactly(1, 2, 3);
        assertThat(isExempt(list, "11.255.0.0")).isTrue();
    }

    @Test
    void fileThatCannotBeReadIsNamedWithARemedy(@TempDir Path dir) {
        assertThatThrownBy(() -> ClientList.read(dir.resolve("none")))
                .hasMessage(dir + "/none: there is no such file; make it, an empty one will do");
        assertThatThrownBy(() -> ClientList.read(dir))
                .isInstanceOf(MistakeException.class)
                .hasMessage(dir + ": it cannot be read: Is a directory; name a readable file");
        assertThatThrownBy(() -> ClientList.read(Path.of("/dev/zero")))
                .hasMessage("/dev/zero: it is longer than 64 MiB; write wider prefixes");
    }

    private static String found(ClientList list, String client) {
        Exemption exemption = list.find(address(client)).orElseThrow();
        return exemption.line() + " " + exemption.text() + " " + exemption.reason();
    }
}
