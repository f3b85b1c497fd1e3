package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Logs that programs of the system have packed, which `greyctl replay` lets them unpack.
final class PackedLogsTest {
    /// More than the first lines and a pipe's room.
    private static final int MANY = 5000;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder = Path.of("");

    private Path running = Path.of("");

    @BeforeEach
    void configure() throws IOException {
        running = Files.write(folder.resolve("running.toml"), List.of("[retry]"));
    }

    private int run(Object... logs) {
        String[] args =
                Stream.concat(
                                Stream.of("replay", "--json", "--config=" + running),
                                Stream.of(logs).map(Object::toString))
                        .toArray(String[]::new);
        return Greyctl.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private static List<String> lines(int hour, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(
                    "2026-11-20T%02d:%02d:%02dZ mx greydaemon[7]: decision action=defer client_address=192.0.2.1 sender=<%d@x> recipient=<b@y>"
                            .formatted(hour, i / 60 % 60, i % 60, i));
        }
        return lines;
    }

    private Path packed(String program, String name, List<String> lines) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, program))),
                program + " is not installed");
        Path plain = Files.write(folder.resolve(name), lines);
        Path packed = folder.resolve(name + "." + program);
        Process packing =
                new ProcessBuilder(program, "-c")
                        .redirectInput(plain.toFile())
                        .redirectOutput(packed.toFile())
                        .start();
        assertThat(packing.waitFor()).isZero();
        Files.delete(plain);
        return packed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "bzip2", "zstd", "lz4"})
    void isReadAsItWasBefore(String program) throws Exception {
        Path first = packed(program, "mail.log.1", lines(5, MANY));
        Path second = Files.write(folder.resolve("mail.log"), lines(6, MANY));
        assertThat(run(second, first)).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "\"lines\":"
                                + 2 * MANY
                                + ",\"malformed\":0,\"attempts\":"
                                + 2 * MANY
                                + ",");
    }

    /// More than one may be open at a time.
    @Test
    void severalOfOneTimeAreReadSideBySide() throws Exception {
        List<Path> logs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            logs.add(packed("xz", "mx" + i, lines(5, MANY)));
        }
        assertThat(run(logs.toArray())).as(err.toString()).isZero();
        assertThat(out.toString()).contains("\"attempts\":" + 5 * MANY + ",");
    }

    /// `<(cat mail.log.xz)`: it cannot be read from its begin again.
    @Test
    void aPipeIsUnpackedToo() throws Exception {
        Path packed = packed("xz", "mail.log.1", lines(5, MANY));
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", "" + pipe).start().waitFor()).isZero();
        Process writer =
                new ProcessBuilder("sh", "-c", "cat '" + packed + "' >'" + pipe + "'").start();
        assertThat(run(pipe)).as(err.toString()).isZero();
        assertThat(writer.waitFor()).isZero();
        assertThat(out.toString()).contains("\"attempts\":" + MANY + ",");
    }

    private Path together(byte[]... parts) throws IOException {
        Path file = folder.resolve("both.gz");
        Files.deleteIfExists(file);
        for (byte[] part : parts) {
            Files.write(file, part, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return file;
    }

    /// `cat mail.log.2.gz mail.log.1.gz`: two members, and zeros behind them as on a tape.
    @Test
    void allMembersOfOneAreRead() throws Exception {
        byte[] first = Files.readAllBytes(packed("gzip", "mail.log.2", lines(4, MANY)));
        byte[] second = Files.readAllBytes(packed("gzip", "mail.log.1", lines(5, MANY)));
        for (byte[] end : List.of(new byte[0], new byte[5], new byte[3000])) {
            Path both = together(first, second, end);
            out.getBuffer().setLength(0);
            assertThat(run(both)).as(err.toString()).isZero();
            assertThat(out.toString()).contains("\"attempts\":" + 2 * MANY + ",");
        }
    }

    /// Where a member ends, be it at the end of what is read at once or before, and another one is
    /// damaged.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aDamagedMemberBehindAWholeOneIsNamed(int octet) throws Exception {
        for (int count : new int[] {1, 7, 50, MANY}) {
            byte[] first = Files.readAllBytes(packed("gzip", "mail.log.2", lines(4, count)));
            byte[] second = Files.readAllBytes(packed("gzip", "mail.log.1", lines(5, MANY)));
            second[octet] ^= 0x55;
            Path both = together(first, second);
            err.getBuffer().setLength(0);
            assertThat(run(both)).isEqualTo(1);
            assertThat(err.toString()).contains(both + ": ").contains("cut off or damaged");
        }
    }

    /// Wherever it was cut, one sentence says so.
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "bzip2", "zstd"})
    void aDamagedOneIsNamed(String program) throws Exception {
        Path packed = packed(program, "mail.log.1", lines(5, MANY));
        byte[] whole = Files.readAllBytes(packed);
        for (int length : new int[] {12, whole.length / 2, whole.length - 1}) {
            err.getBuffer().setLength(0);
            Files.write(packed, Arrays.copyOf(whole, length));
            assertThat(run(packed)).isEqualTo(1);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .startsWith("greyctl: " + packed + ": it is packed by " + program + ", and ")
                    .contains("cut off or damaged")
                    .endsWith("; copy it anew, or leave it out");
        }
        assertThat(out.toString()).isEmpty();
    }

    /// As where a program is not installed: nobody has one of this name.
    @Test
    void aMissingProgramIsNamed() throws Exception {
        Path log = folder.resolve("mail.log.xz");
        Files.write(log, HexFormat.of().parseHex("fd377a585a000004"));
        List<String> command = List.of("no-such-program-of-greydaemon", "-dc");
        try (InputStream raw = Files.newInputStream(log)) {
            assertThatThrownBy(() -> UnpackingProgram.start(PackedFile.XZ, command, "" + log, raw))
                    .hasMessage(
                            log
                                    + ": it is packed by xz, and this host has no"
                                    + " no-such-program-of-greydaemon that unpacks it; install xz"
                                    + " (Debian: xz-utils), or unpack it elsewhere");
        }
    }

    /// More than a pipe holds, before it says anything else.
    @Test
    @Timeout(60)
    void aProgramThatComplainsMuchUnpacksAllTheSame() throws Exception {
        Path log = Files.writeString(folder.resolve("mail.log.xz"), "what was packed");
        String complains = "head -c 300000 /dev/zero | tr '\\0' '!' >&2; cat";
        try (InputStream raw = Files.newInputStream(log);
                UnpackingProgram program =
                        UnpackingProgram.start(
                                PackedFile.XZ, List.of("sh", "-c", complains), "" + log, raw)) {
            assertThat(program.readAllBytes()).asString(UTF_8).isEqualTo("what was packed");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"504b03040a000000 | zip", "4c504b5348485248 | journal"})
    void whatIsReadFromNoPipeIsRefused(String begins, String word) throws Exception {
        Path log = folder.resolve("log");
        Files.write(log, HexFormat.of().parseHex(begins));
        assertThat(run(log)).isEqualTo(1);
        assertThat(err.toString()).contains(word).contains("which greyctl replay does not unpack");
    }

    @Test
    void aFolderIsNoLog() {
        assertThat(run(folder)).isEqualTo(1);
        assertThat(err.toString().strip())
                .isEqualTo("greyctl: " + folder + ": this is a folder; name the logs in it");
    }

    @Test
    void ofAnEmptyFileNothingIsSaid() throws Exception {
        Path packed = packed("xz", "mail.log", List.of());
        assertThat(run(packed)).as(err.toString()).isZero();
        assertThat(new String(Files.readAllBytes(packed), UTF_8)).isNotEmpty();
        assertThat(out.toString()).contains("\"attempts\":0,");
    }
}
