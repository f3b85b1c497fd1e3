package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpanTest {
    @ParameterizedTest
    @CsvSource({
        "-1, 0 s",
        "0, 0 s",
        "59, 59 s",
        "60, 1 min",
        "100, 1 min 40 s",
        "3600, 1 h",
        "3659, 1 h",
        "3660, 1 h 1 min",
        "86399, 23 h 59 min",
        "86400, 1 d",
        "90000, 1 d 1 h",
        "86460, 1 d"
    })
    void theTwoLargestUnitsAreSaid(long seconds, String text) {
        assertThat(Span.text(seconds)).isEqualTo(text);
    }
}
