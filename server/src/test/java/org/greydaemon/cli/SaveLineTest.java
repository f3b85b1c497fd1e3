package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SaveLineTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "I 17 192.0.2.1             | {\"client\":\"192.0.2.1\",\"last_seen\":17}",
                "G 17 192.0.2.1 a@b c@d     |"
                    + " {\"client\":\"192.0.2.1\",\"sender\":\"a@b\",\"recipient\":\"c@d\",\"first_seen\":17}",
                "G 17 192.0.2.1 . c\\x01@d  |"
                    + " {\"client\":\"192.0.2.1\",\"sender\":\"\",\"recipient\":\"c\\\\x01@d\",\"first_seen\":17}",
                "G 17 192.0.2.1 . \u00e9@d     |"
                    + " {\"client\":\"192.0.2.1\",\"sender\":\"\",\"recipient\":\"\\\\xe9@d\",\"first_seen\":17}",
            })
    void aLineIsAnEntry(String line, String entry) {
        assertThat(SaveLine.read(line).orElseThrow()).hasToString(entry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "I", "I x 192.0.2.1", "J 1 192.0.2.1", "G 17 192.0.2.1 a@b", "I 17"})
    void anythingElseIsNone(String line) {
        assertThat(SaveLine.read(line)).isEmpty();
    }
}
