package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What operators have said goes through the engine whole, and what is none is not taken.
final class WordLineTest {
    @Test
    void whatIsWrittenIsRead() throws MistakeException {
        String[] texts = {
            "client 2001:db8::/32",
            "sender @b\u00fccher.example recipient carol@example.net",
            "host .example.org"
        };
        for (String text : texts) {
            AllowedWord word =
                    AllowedWord.of(text, true, 2_000_000_000, "root: Gr\u00fc\u00dfe # 1", 5);
            String line = WordLine.line(WordLine.member(word), 1_800_000_000_000L);
            AllowedWord read = WordLine.readLine(line).orElseThrow();
            assertThat(read.key()).isEqualTo(word.key());
            assertThat(read.text()).isEqualTo(word.text());
            assertThat(read.until()).isEqualTo(2_000_000_000);
            assertThat(read.reason()).isEqualTo("root: Gr\u00fc\u00dfe # 1");
            assertThat(read.made()).isEqualTo(1_800_000_000_000L);
            AllowedWord no = AllowedWord.of(text, false, Exemption.FOREVER, "x", 7);
            assertThat(WordLine.readMember(WordLine.member(no), 7).orElseThrow())
                    .matches(its -> !its.passes() && its.key().equals(word.key()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "A 1 0",
                "A 1 0 ",
                "A 1 client 192.0.2.1",
                "A -1 0 client 192.0.2.1",
                "A 9999999999999999 0 client 192.0.2.1",
                "A 1 999999999999 client 192.0.2.1",
                "A 1 0 client 0.0.0.0/0",
                "A 1 0 client 999.0.2.55",
                "A 1 0 192.0.2.1-192.0.2.9",
                "D 1 0 *",
                "B 1 0 client 192.0.2.1",
                "A 1 0 sender \"a\u00ff\"@example.org"
            })
    void whatIsNoneIsNotTaken(String line) {
        assertThat(WordLine.readLine(line)).isEmpty();
    }
}
