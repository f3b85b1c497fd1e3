package org.greydaemon.mistake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

final class MistakeTest {
    @ParameterizedTest
    @CsvSource({
        "white:3, x is no address, write one, white:3: x is no address; write one",
        "white, bad lines not named here: 4, '', white: bad lines not named here: 4",
        "'', x is no address, write one, x is no address; write one",
    })
    void whatIsKnownIsSaid(String place, String problem, String remedy, String said) {
        assertThat(new Mistake(place, problem, remedy)).hasToString(said);
        MistakeException thrown = new MistakeException(place, problem, remedy);
        assertThat(thrown).hasMessage(said);
        assertThat(thrown.inOneLine()).isEqualTo(said);
    }

    @Test
    void severalStandOnLinesOfTheirOwnOrInOne() {
        MistakeException all =
                new MistakeException(
                        List.of(new Mistake("a:1", "b", "c"), new Mistake("a:2", "d", "")));
        assertThat(all).hasMessage("a:1: b; c\na:2: d");
        assertThat(all.problems()).containsExactly("a:1: b; c", "a:2: d");
        assertThat(all.inOneLine()).isEqualTo("a:1: b; c; a:2: d");
        assertThat(all.at("--x").problems()).containsExactly("--x: b; c", "--x: d");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '"',
            value = {"a b~,'a b~'", "\u0430.example,'\\u0430.example'", "a\u007f,'a\\u007f'"})
    void whatIsNoPrintableAsciiIsSeen(String text, String quoted) {
        assertThat(Mistake.quoted(text)).isEqualTo(quoted);
    }

    @Test
    void longTextIsCut() {
        assertThat(Mistake.quoted("x".repeat(128))).isEqualTo("'" + "x".repeat(128) + "'");
        assertThat(Mistake.quoted("x".repeat(129))).isEqualTo("'" + "x".repeat(128) + "...'");
    }
}
