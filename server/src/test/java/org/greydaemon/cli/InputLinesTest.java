package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

final class InputLinesTest {
    private static final String LONG = "x".repeat(InputLines.LINE_MAX);

    /// Gives few octets at a time, as a pipe may.
    private static InputStream dripping(String text, int atATime) {
        return new ByteArrayInputStream(text.getBytes(ISO_8859_1)) {
            @Override
            public int read(byte[] to, int from, int length) {
                return super.read(to, from, Math.min(length, atATime));
            }
        };
    }

    private static List<String> lines(String text, int atATime) throws IOException {
        List<String> found = new ArrayList<>();
        try (InputLines lines = new InputLines(dripping(text, atATime))) {
            assertThat(lines.start(4)).hasSize(Math.min(4, text.length()));
            Optional<InputLines.InputLine> line = lines.line();
            for (; line.isPresent(); line = lines.line()) {
                found.add(line.get().number() + " " + line.get().text().orElse("too long"));
            }
            assertThat(lines.octetsRead()).isEqualTo(text.length());
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1 << 20})
    void linesAreFoundHoweverTheirOctetsCome(int atATime) throws IOException {
        assertThat(lines("", atATime)).isEmpty();
        assertThat(lines("a\n\n\u00e9", atATime)).containsExactly("1 a", "2 ", "3 \u00e9");
        assertThat(lines("a\n", atATime)).containsExactly("1 a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 65_536, 1 << 20})
    void aLineThatIsTooLongIsPassedOver(int atATime) throws IOException {
        String most = LONG.substring(1);
        assertThat(lines("a\n" + LONG + "\nb\n" + LONG + LONG + LONG + "y\nc", atATime))
                .containsExactly("1 a", "2 too long", "3 b", "4 too long", "5 c");
        assertThat(lines(most + "\nb\n" + LONG, atATime))
                .containsExactly("1 " + most, "2 b", "3 too long");
    }
}
