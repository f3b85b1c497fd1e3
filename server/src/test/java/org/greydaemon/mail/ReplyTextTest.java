package org.greydaemon.mail;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                "451 4.7.1 %u and %u",
                "451 4.7.1 100%",
                "451 4.7.1 %%%",
                "451 4.7.1 %d seconds",
                "451 4.7.1 line\nend",
                "451 4.7.1 line\u2028end",
                "451 4.7.1 right \u202eto left"
            })
    void otherRepliesAreRefused(String line) {
        assertThat(ReplyText.parse(line)).isEmpty();
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        assertThat(ReplyText.parse("451 4.7.1 " + "x".repeat(ReplyText.TEXT_MAX))).isPresent();
        assertThat(ReplyText.parse("451 4.7.1 " + "x".repeat(ReplyText.TEXT_MAX + 1))).isEmpty();
    }

    @Test
    void otherCodesThan451HaveAnotherStatusByDefault() {
        assertThat(ReplyText.parse("450 later")).contains(new ReplyText(450, "4.2.0", "later"));
    }

    @ParameterizedTest
    @CsvSource({
        "451 4.7.1 later, 4.2.0",
        "451 later, 4.2.0",
        "450 later, 4.2.0",
        "450 4.7.1 later, 4.7.1",
        "451 4.3.2 later, 4.3.2",
    })
    void behindACodeOfTheMailServers(String reply, String enhanced) {
        assertThat(ReplyText.parse(reply).orElseThrow().enhancedBesideOther()).isEqualTo(enhanced);
    }

    private static ReplyText.Told told(String recipient) {
        return new ReplyText.Told(173, "13:07:10 UTC", "192.0.2.7", recipient, "https://a/why/x");
    }

    private static String fill(String text, String recipient, boolean utf8) {
        return ReplyText.DEFAULT.saying(text).text(told(recipient), utf8);
    }

    @Test
    void everythingIsPutIn() {
        assertThat(fill("%c to %r: %s s, at %t, see %u", "bob@example.net", false))
                .isEqualTo(
                        "192.0.2.7 to bob@example.net: 173 s, at 13:07:10 UTC, see"
                                + " https://a/why/x");
    }

    @ParameterizedTest
    @CsvSource({
        "100 %% of %s, 100 % of 173",
        "%%s is %s, %s is 173",
        "%%u%%u%%%s, %u%u%173",
        "100 %%, 100 %",
    })
    void twoPercentSignsAreOne(String text, String filled) {
        assertThat(ReplyText.mistake(text)).isEmpty();
        assertThat(fill(text, "bob@example.net", false)).isEqualTo(filled);
        assertThat(ReplyText.DEFAULT.saying(text).hasLink()).isFalse();
    }

    @Test
    void aLineThatCanBeTooLongIsKnown() {
        assertThat(ReplyText.DEFAULT.octetsOver()).isZero();
        assertThat(ReplyText.DEFAULT.saying("x".repeat(180) + "%s %t %c %r %u").octetsOver())
                .isZero();
        assertThat(ReplyText.DEFAULT.saying("\u5f8c".repeat(166)).octetsOver()).isEqualTo(2);
        assertThat(ReplyText.DEFAULT.saying("\u5f8c".repeat(165)).octetsOver()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Später wieder, true, Später wieder",
        "Später wieder, false, Spater wieder",
        "Größe für %r, false, Grosse fur bob@example.net",
        "後で, false, ??",
        "後で, true, 後で",
    })
    void moreThanAsciiIsThereOnlyWhereItMayBe(String text, boolean utf8, String filled) {
        assertThat(fill(text, "bob@example.net", utf8)).isEqualTo(filled);
    }

    /// No recipient ends the reply and begins another.
    @Test
    void whatAnybodySaysIsPrintable() {
        assertThat(fill("to %r", "a\r\n250 2.0.0 ok\u0000\u001b[2J\u0085@b\u202e", true))
                .isEqualTo("to a??250 2.0.0 ok??[2J?@b?");
        assertThat(fill("to %r", "%s%u@b", false)).isEqualTo("to %s%u@b");
    }

    @Test
    void aLineHasNeverMoreThan512Octets() {
        String longest = "\u5f8c".repeat(2000) + "@example.net";
        for (String text :
                new String[] {
                    "%r", "%u %r " + "x".repeat(190), "\u5f8c".repeat(ReplyText.TEXT_MAX)
                }) {
            for (boolean utf8 : new boolean[] {true, false}) {
                String line = "451 4.999.999 " + fill(text, longest, utf8) + "\r\n";
                assertThat(line.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(512);
            }
        }
        assertThat(fill("to %r see %u", longest, false)).endsWith("... see https://a/why/x");
        String address = "b".repeat(240) + "@example.net";
        String behind = ReplyText.DEFAULT.saying("to %r see %u").textBehindRecipient(told(address));
        assertThat("450 4.2.0 <" + address + ">: Recipient address rejected: " + behind + "\r\n")
                .hasSizeLessThanOrEqualTo(512)
                .endsWith("... see https://a/why/x\r\n");
    }
}
