package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What greyctl allows, and the file in which it is kept.
final class AllowedLinesTest {
    private static final long NOW = 1_795_651_200; // 2026-11-26.

    @TempDir Path folder;

    private static CidrBlock block(String address, int length) {
        return CidrBlock.around(IpAddress.parse(address).orElseThrow(), length);
    }

    private static Allowed client(String address, int length) {
        return new Allowed(block(address, length), Exemption.FOREVER, "");
    }

    private static void never(String problem) {
        throw new AssertionError(problem);
    }

    private AllowedLines read(List<String> problems) throws IOException {
        return AllowedLines.read(folder.resolve("allowed"), problems::add);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        AllowedLines allowed =
                AllowedLines.NONE.with(
                        List.of(
                                new Allowed(block("192.0.2.0", 24), NOW + 90, "root: ticket 4711"),
                                new Allowed(
                                        block("2001:db8::1", 128),
                                        Exemption.FOREVER,
                                        "x\n# y\u0007z")),
                        NOW);
        allowed.write(folder.resolve("allowed"), AllowedLinesTest::never);
        assertThat(Files.readAllLines(folder.resolve("allowed")))
                .containsExactly(
                        "# What greyctl allow has allowed; greyctl disallow takes it back.",
                        "# said 2026-11-26T00:00:00Z",
                        "client 192.0.2.0/24 until 2026-11-26T00:01:30Z # root: ticket 4711",
                        "client 2001:db8::1 # x # y z");
        List<String> problems = new ArrayList<>();
        AllowedLines again = read(problems);
        assertThat(problems).isEmpty();
        assertThat(again.lines()).hasSize(2);
        Exemption first = again.lines().getFirst().exemption();
        assertThat(first.until()).isEqualTo(NOW + 90);
        assertThat(first.reason()).isEqualTo("root: ticket 4711");
        assertThat(first.toString()).isEqualTo("allowed: client 192.0.2.0/24");
        assertThat(folder.resolve("allowed.new")).doesNotExist();
    }

    @Test
    void noFileIsNobodyAndBadLinesAreSaidAndLeftOut() throws IOException {
        List<String> problems = new ArrayList<>();
        assertThat(read(problems).size()).isZero();
        Files.writeString(
                folder.resolve("allowed"),
                """
                client 192.0.2.1
                client
                greylist sender a@b.c
                client 192.0.2.4-192.0.2.6 # three
                """);
        AllowedLines allowed = read(problems);
        assertThat(allowed.lines())
                .extracting(line -> line.exemption().text())
                .containsExactly("client 192.0.2.1", "client 192.0.2.4/31", "client 192.0.2.6");
        assertThat(problems).hasSize(3);
        assertThat(problems.getFirst()).contains("allowed:2: 'client' stands alone");
        assertThat(problems.get(1)).contains("allowed:3: who is allowed passes, and nothing else");
        assertThat(problems.getLast())
                .isEqualTo(
                        folder.resolve("allowed")
                                + ": as it was, it is kept as allowed.strange; say what was left"
                                + " out anew by greyctl");
    }

    /// The next change writes what could be read: a line of a newer version, or one in which a hand
    /// has erred, must stand somewhere.
    @Test
    void whatCannotBeReadIsKept() throws IOException {
        Path file = folder.resolve("allowed");
        String text = "client 192.0.2.1\nclient 192.0.2.2 newer words\n";
        for (String before : List.of("", "client 192.0.2.9 older words\n")) {
            Files.writeString(file, before + text);
            read(new ArrayList<>()).write(file, AllowedLinesTest::never);
            assertThat(file).content().doesNotContain("newer");
            assertThat(folder.resolve("allowed.strange")).content().isEqualTo(before + text);
        }
    }

    @Test
    void aHandsNetworksAreReadAsFarAsSomeMayBeAllowed() throws IOException {
        Files.writeString(
                folder.resolve("allowed"), "client 10.*.*.1\nclient 11.*.*.1\nclient 192.0.2.1\n");
        List<String> problems = new ArrayList<>();
        assertThat(read(problems).size()).isEqualTo(65_537);
        assertThat(problems).hasSize(2);
        assertThat(problems.getFirst())
                .contains("allowed:2: its clients are 65536 networks, with which there are more");
    }

    @Test
    void networksBesideOtherConditionsHaveABound() throws Exception {
        List<Allowed> many = new ArrayList<>();
        for (int i = 0; i <= AllowedLines.OTHERS_BLOCKS_MAX / 256; i++) {
            String line = "sender a" + i + "@example.org client 192.*.2.1";
            many.addAll(Allowed.parse(line, Optional.empty(), Exemption.FOREVER, ""));
        }
        assertThat(AllowedLines.NONE.with(many.subList(1, many.size()), NOW).size())
                .isEqualTo(many.size() - 1);
        assertThatThrownBy(() -> AllowedLines.NONE.with(many, NOW))
                .hasMessageContaining("more than 100000 networks; allow wider ones");
    }

    @Test
    void allowingAgainReplacesAndWhatIsOverGoes() throws IOException {
        AllowedLines allowed =
                AllowedLines.NONE
                        .with(List.of(new Allowed(block("192.0.2.1", 32), NOW + 10, "a")), NOW)
                        .with(List.of(new Allowed(block("192.0.2.2", 32), NOW + 99, "b")), NOW + 9)
                        .with(
                                List.of(new Allowed(block("192.0.2.2", 32), NOW + 50, "c")),
                                NOW + 10);
        assertThat(allowed.lines())
                .extracting(line -> line.exemption().text(), line -> line.exemption().reason())
                .containsExactly(tuple("client 192.0.2.2", "c"));
        assertThat(allowed.holds(client("192.0.2.2", 32))).isTrue();
        assertThat(allowed.holds(client("192.0.2.2", 31))).isFalse();
        assertThat(allowed.without(client("192.0.2.2", 32), NOW + 10).size()).isZero();
    }

    @Test
    void whatIsOverIsKeptAsItWasSaid() throws IOException {
        AllowedLines allowed =
                AllowedLines.NONE
                        .with(List.of(new Allowed(block("192.0.2.1", 32), NOW + 10, "a: b")), NOW)
                        .with(List.of(client("192.0.2.2", 32)), NOW + 10);
        allowed.write(folder.resolve("allowed"), AllowedLinesTest::never);
        assertThat(Files.readAllLines(folder.resolve("allowed")))
                .contains(
                        "# over 2026-11-26T00:00:00Z client 192.0.2.1 until 2026-11-26T00:00:10Z"
                                + " # a: b");
        AllowedLines again = read(new ArrayList<>());
        assertThat(again.size()).isOne();
        assertThat(again.words())
                .extracting(AllowedWord::text, AllowedWord::passes, AllowedWord::until)
                .containsExactlyInAnyOrder(
                        tuple("client 192.0.2.1", true, NOW + 10),
                        tuple("client 192.0.2.2", true, Exemption.FOREVER));
        assertThat(again.merged(List.of(), NOW).size()).as("the clock was ahead").isEqualTo(2);
    }

    /// The daemon writes a comment for each network.
    @Test
    void aHandsCommentOfManyNetworksIsNoWordAboutEachOfThem() throws IOException {
        String over = "# over 2026-11-26T00:00:00Z client ";
        Files.writeString(folder.resolve("allowed"), over + "10.*.*.1\n" + over + "192.0.2.1-2\n");
        assertThat(read(new ArrayList<>()).words())
                .extracting(AllowedWord::text)
                .containsExactly("client 192.0.2.1", "client 192.0.2.2");
    }

    @Test
    void aDamagedLineIsNamedAndLeftOutAndTheOthersStayInForce() throws IOException {
        byte[] text =
                "client 192.0.2.1 # one\nclient 192.0.2.2 # Gr\u00fc\u00dfe\nclient 192.0.2.3\n"
                        .getBytes(ISO_8859_1);
        Files.write(folder.resolve("allowed"), text);
        List<String> problems = new ArrayList<>();
        assertThat(read(problems).exemptions())
                .extracting(Exemption::text)
                .containsExactly("client 192.0.2.1", "client 192.0.2.3");
        assertThat(problems).hasSize(2);
        assertThat(problems.getFirst())
                .startsWith(folder.resolve("allowed") + ":2: it has octets that are no UTF-8");
    }

    @Test
    void noFlippedBitStopsTheStart() throws IOException {
        AllowedLines allowed =
                AllowedLines.NONE.with(
                        List.of(
                                new Allowed(
                                        block("192.0.2.0", 24), NOW + 90, "root: Gr\u00fc\u00dfe"),
                                new Allowed(block("2001:db8::1", 128), Exemption.FOREVER, ""),
                                new Allowed(block("198.51.100.7", 32), Exemption.FOREVER, "b")),
                        NOW);
        Path file = folder.resolve("allowed");
        allowed.write(file, AllowedLinesTest::never);
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            List<String> problems = new ArrayList<>();
            // A flipped line feed may join two lines, or part one.
            assertThat(read(problems).size()).describedAs("bit " + bit).isGreaterThanOrEqualTo(1);
            assertThat(problems).hasSizeLessThanOrEqualTo(3);
        }
    }

    @Test
    void whatIsNoFileAllowsNobodyAndStopsNobody() throws IOException {
        Files.createDirectory(folder.resolve("allowed"));
        List<String> problems = new ArrayList<>();
        assertThat(read(problems).size()).isZero();
        assertThat(problems).singleElement().asString().contains("it is no file");
    }
}
