package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TerminalTextTest {
    @ParameterizedTest
    @CsvSource({
        "abcd, 5, abcd",
        "abcd, 4, abcd",
        "abcde, 4, abc…",
        "abcd, 1, …",
        "a, 1, a",
        "例例, 4, 例例",
        "例例, 3, 例…",
        "例例例, 4, 例…", // A half of the second one would fit.
        "例, 1, …",
        "a😀, 3, a😀",
        "a😀, 2, a…",
        "\ud800a, 2, ?a",
    })
    void aTextIsCutWhereTheTerminalEnds(String text, int width, String row) {
        assertThat(TerminalText.fit(text, width)).isEqualTo(row);
    }
}
