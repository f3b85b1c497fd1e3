package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.Seed;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

final class OctetLinesTest {
    private final long seed = Seed.next();
    private final Random random = new Random(seed);

    /// What comes in pieces, wherever these end.
    private InputStream pieces(byte[] octets) {
        return new ByteArrayInputStream(octets) {
            @Override
            public int read(byte[] to) {
                return read(to, 0, 1 + random.nextInt(3));
            }
        };
    }

    private static List<String> lines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean isAll =
                OctetLines.read(
                        in, Long.MAX_VALUE, line -> lines.add(new String(line, ISO_8859_1)));
        assertThat(isAll).isTrue();
        return lines;
    }

    @Test
    void linesEndWhereThoseOfAStringDo() throws IOException {
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append("\n\r\n\rab\u00e9".charAt(random.nextInt(7)));
            }
            assertThat(lines(pieces(text.toString().getBytes(ISO_8859_1))))
                    .as("seed %d", seed)
                    .isEqualTo(text.toString().lines().toList());
        }
    }

    @Test
    void aLineMayBeLongerThanABuffer() throws IOException {
        String text = "x".repeat(60_000) + "\r\n" + "y".repeat(50_000);
        assertThat(lines(new ByteArrayInputStream(text.getBytes(ISO_8859_1))))
                .isEqualTo(text.lines().toList());
    }

    /// As in a file whose content a power failure has replaced by zeros.
    @Test
    void ofALineWithoutEndNoMoreIsKeptThanItsBeginning() throws IOException {
        String text = "a\n" + "\0".repeat(1_000_000) + "\nb";
        assertThat(lines(new ByteArrayInputStream(text.getBytes(ISO_8859_1))))
                .containsExactly("a", "\0".repeat(OctetLines.LINE_MAX + 1), "b");
    }

    /// What stands behind many blanks is part of the line, too.
    @Test
    void aLineThatIsCutMeansNothing(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("exemptions");
        Files.writeString(file, "client 0.0.0.0/0" + " ".repeat(70_000) + "not suspect\n");
        assertThatThrownBy(() -> ExemptionFile.read(file))
                .isInstanceOfSatisfying(
                        MistakeException.class,
                        e ->
                                assertThat(e.problems().getFirst())
                                        .endsWith(
                                                ":1: it is longer than 65536 octets; write shorter"
                                                        + " lines"));
        assertThatThrownBy(() -> ClientList.read(file)).isInstanceOf(MistakeException.class);
    }

    @Test
    void whoHasEnoughIsShownNoMore() throws IOException {
        List<byte[]> taken = new ArrayList<>();
        byte[] many = "a\nb\nc\n".getBytes(UTF_8);
        assertThat(
                        OctetLines.read(
                                new ByteArrayInputStream(many),
                                Long.MAX_VALUE,
                                line -> taken.add(line) && taken.size() < 2))
                .isFalse();
        assertThat(taken).hasSize(2);
    }

    @Test
    void theMarkOfAnEditorIsNoPartOfTheFirstLine() throws IOException {
        byte[] marked = "\ufeffa\n\ufeffb".getBytes(UTF_8);
        assertThat(lines(pieces(marked))).containsExactly("a", "\u00ef\u00bb\u00bfb");
    }

    @Test
    void noMoreIsReadThanMayBe() throws IOException {
        byte[] three = "a\nb".getBytes(UTF_8);
        assertThat(OctetLines.read(new ByteArrayInputStream(three), 3, _ -> true)).isTrue();
        assertThat(OctetLines.read(new ByteArrayInputStream(three), 2, _ -> true)).isFalse();
    }
}
