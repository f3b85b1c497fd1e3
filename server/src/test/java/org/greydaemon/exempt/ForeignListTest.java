package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.Charset;
import java.util.List;

/// The white lists of other greylisters, line by line.
final class ForeignListTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POSTGREY_CLIENTS    | # 2004-06-17: a bank (no retry) | # 2004-06-17: a bank (no"
                        + " retry)",
                "POSTGREY_CLIENTS    | bank.example       | host bank.example; host .bank.example",
                "POSTGREY_CLIENTS    | 192.0.2.7          | client 192.0.2.7",
                "POSTGREY_CLIENTS    | 192.0.2            | client 192.0.2",
                "POSTGREY_CLIENTS    | 192.0.2.0/24       | client 192.0.2.0/24",
                "POSTGREY_CLIENTS    | 2001:db8::/32      | client 2001:db8::/32",
                "POSTGREY_CLIENTS    | 2001:DB8::1        | client 2001:DB8::1",
                "POSTGREY_CLIENTS    | 192.0.2.           | client 192.0.2.",
                "POSTGREY_CLIENTS    | 192.0.2.1#a bank   | client 192.0.2.1 #a bank",
                "POSTGREY_CLIENTS    | .bank.example      | host .bank.example",
                "POSTGREY_CLIENTS    | *.bank.example     | host .bank.example",
                "POSTGREY_RECIPIENTS | .bank.example      | recipient .bank.example",
                "POSTGREY_CLIENTS    | /^mail.*\\.bank\\.example$/ | host mail*.bank.example",
                "POSTGREY_CLIENTS    | /\\.Bank\\.example$/ | host *.bank.example",
                "POSTGREY_CLIENTS    | /^mx\\.bank\\./    | host mx.bank.*",
                "POSTGREY_RECIPIENTS | postmaster@        | recipient postmaster@",
                "POSTGREY_RECIPIENTS | bob@example.net    | recipient bob@example.net",
                "POSTGREY_RECIPIENTS | example.net        | recipient @example.net; recipient"
                        + " .example.net",
                "POSTGREY_RECIPIENTS | /^codes.*@example\\.net$/ | recipient codes*@example.net",
                "SQLGREY             | 192.0.2 # a bank   | client 192.0.2 # a bank",
                "SQLGREY             | mx.bank.example    | host mx.bank.example",
                "SQLGREY             | *.bank.example     | host .bank.example",
            })
    void whatMeansTheSame(ForeignList.Author form, String line, String lines) {
        assertThat(ForeignList.line(form, line))
                .isInstanceOfSatisfying(
                        ForeignList.Said.Lines.class,
                        said -> assertThat(String.join("; ", said.lines())).isEqualTo(lines));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POSTGREY_CLIENTS    | /^mail\\d+\\.bank\\.example$/ | is a regular expression that"
                        + " no",
                "POSTGREY_CLIENTS    | /^mta[12].siol.net$/ | is a regular expression that no",
                "POSTGREY_CLIENTS    | /a{2}\\.example/    | is a regular expression that no",
                "POSTGREY_CLIENTS    | postmaster@          | --from postgrey-recipients",
                "POSTGREY_CLIENTS    | 192.0.2.300          | '192.0.2.300'",
                "POSTGREY_CLIENTS    | mx.bank.example no   | is more than one word; write one"
                        + " entry",
                "POSTGREY_CLIENTS    | /.*/                 | is everybody, or nearly; write a"
                        + " line",
                "POSTGREY_CLIENTS    | com                  | is everybody, or nearly; write a"
                        + " line",
                "SQLGREY             | *                    | is everybody, or nearly; write a"
                        + " line",
                "SQLGREY             | a b                  | 'a b' is more than one word",
            })
    void whatNothingMeansIsNamed(ForeignList.Author form, String line, String why) {
        assertThat(ForeignList.line(form, line))
                .isInstanceOfSatisfying(
                        ForeignList.Said.Unsaid.class,
                        said -> assertThat(said.why()).contains(why == null ? "" : why));
    }

    /// `greyctl import` hands over octets, and writes text.
    @Test
    void octetsAreReadAsTheTextThatTheyAre() {
        String line = "m\u00fcller@example.net # f\u00fcr B\u00fcro";
        for (Charset encoding : List.of(UTF_8, ISO_8859_1)) {
            String octets = new String(line.getBytes(encoding), ISO_8859_1);
            assertThat(ForeignList.line(ForeignList.Author.POSTGREY_RECIPIENTS, octets))
                    .as(encoding.name())
                    .isEqualTo(new ForeignList.Said.Lines(List.of("recipient " + line)));
        }
        String comment = new String("# f\u00fcr alle".getBytes(UTF_8), ISO_8859_1);
        assertThat(ForeignList.line(ForeignList.Author.SQLGREY, comment))
                .isEqualTo(new ForeignList.Said.Lines(List.of("# f\u00fcr alle")));
    }

    /// `greyctl import` reads lines of 64 KiB.
    @Test
    void aLongExpressionIsNoBug() {
        assertThat(ForeignList.line(ForeignList.Author.SQLGREY, "/^" + "a".repeat(65_000) + "$/"))
                .isInstanceOf(ForeignList.Said.Unsaid.class);
    }
}
