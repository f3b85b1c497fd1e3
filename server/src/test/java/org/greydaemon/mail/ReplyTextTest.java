package org.greydaemon.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplyTextTest {
    @Test
    void theDefaultSaysTheWaitInDigitsAndAFullWord() {
        assertThat(ReplyText.DEFAULT.text(173))
                .isEqualTo("Greylisted, please try again in 173 seconds");
    }

    @Test
    void aWaitIsNeverNothing() {
        assertThat(ReplyText.DEFAULT.text(0)).endsWith("in 1 seconds");
    }

    @Test
    void codeAndStatusAndTextAreTheOperators() {
        assertThat(ReplyText.parse("450 4.2.0 wait %s seconds"))
                .contains(new ReplyText(450, "4.2.0", "wait %s seconds"));
    }

    @Test
    void aReplyWithoutStatusHasTheDefaultOne() {
        assertThat(ReplyText.parse("451 later")).contains(new ReplyText(451, "4.7.1", "later"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "550 5.7.1 go away",
                "250 2.0.0 fine",
                "451 5.7.1 go away",
                "451 5.7.1\u0007 bell",
                "451",
                "451 ",
                "451  two blanks",
                "451 4.7.1 ",
                "4510 text",
                "Greylisted",
                "451 4.7.1 50 % done",
                "451 4.7.1 %s and %s",
                "451 4.7.1 %d seconds",
                "451 4.7.1 line\nend",
                "451 4.7.1 sp\u00e4ter"
            })
    void otherRepliesAreRefused(String line) {
        assertThat(ReplyText.parse(line)).isEmpty();
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        assertThat(ReplyText.parse("451 4.7.1 " + "x".repeat(ReplyText.TEXT_MAX))).isPresent();
        assertThat(ReplyText.parse("451 4.7.1 " + "x".repeat(ReplyText.TEXT_MAX + 1))).isEmpty();
    }
}
