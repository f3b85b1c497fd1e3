package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.admin.PageCommands.PageAnswer;
import org.greydaemon.admin.PageCommands.PageOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a program that asks over HTTP, a webmail for example, hears of what it does wrong: where,
/// what, with the value, and what to do.
final class PageRefusalsTest extends PageDesk {
    private PageAnswer change(String request) {
        return page.change(request.replace('\'', '"').getBytes(UTF_8), "http/192.0.2.7");
    }

    private static String error(PageAnswer answer) {
        return answer.json().replaceFirst(".*\"error\":\"(.*?)\"(,.*)?}$", "$1");
    }

    /// Apostrophes stand for quotation marks in requests.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | request: it is no JSON: character 1 is the end instead of a value; send one"
                        + " such as ",
                "to=carol@example.net | request: it is no JSON: character 1 is 't' instead of true;"
                        + " send",
                "[] | request: it is no JSON object; send one such as ",
                "{} | command: it is missing; send it as a string",
                "{'command':7} | command: 7 is no string; send one, in quotes",
                "{'command':'exspect'} | command: there is no 'exspect' here; send one of allow,"
                        + " expect, forget, undo",
                "{'command':'explain'} | command: there is no 'explain' here; it goes to /v1/look",
                "{'command':'expect','to':'c@example.net'} | reason: it is missing; send it as a"
                        + " string",
                "{'command':'expect','to':'c@example.net','reason':''} | reason: it is empty; say"
                        + " in a few",
                "{'command':'expect','reason':'x'} | to: it is missing; send it as a string",
                "{'command':'expect','to':['c@example.net'],'reason':'x'} | to: a list is no"
                        + " string; send one,",
                "{'command':'expect','to':null,'reason':'x'} | to: null is no string; send one, in"
                        + " quotes",
                "{'command':'expect','to':'carol','reason':'x'} | to: 'carol' is no address of a"
                        + " recipient; write one such as carol@example.net",
                "{'command':'expect','to':'@example.net','reason':'x'} | to: '@example.net' is no"
                        + " address of a",
                "{'command':'expect','to':'c@example.net','for':'10m','reason':'x'} | for: '10m' is"
                        + " no whole number; send one from 0 on, seconds",
                "{'command':'expect','to':'c@example.net','for':-5,'reason':'x'} | for: -5 is no"
                        + " whole number; send",
                "{'command':'expect','to':'c@example.net','for':0,'reason':'x'} | for: 0 s is not"
                        + " from 1 s to a day, 86400 s; for longer there is allow",
                "{'command':'expect','to':'c@example.net','for':86401,'reason':'x'} | for: 86401 s"
                        + " is not from 1 s to a day",
                "{'command':'expect','to':'c@example.net','once':1,'reason':'x'} | once: 1 is"
                        + " neither true nor false; send one of them, without quotes",
                "{'command':'allow','reason':'x'} | client: nobody is named; write an address or a"
                        + " network",
                "{'command':'allow','client':'192.0.2.256','reason':'x'} | client: '192.0.2.256'"
                        + " has the number 256; write a number",
                "{'command':'allow','client':'mail','reason':'x'} | client: 'mail' is neither an"
                        + " address nor",
                "{'command':'allow','client':'192.0.2.1','to':'carol','reason':'x'} | to: 'carol'"
                        + " is no recipient; write carol@example.net",
                "{'command':'allow','client':'192.0.2.1','for':0,'reason':'x'} | for: 0 s is not"
                        + " from 1 s to the year 9999; leave it out",
                "{'command':'allow','client':'192.0.2.1','for':999999999999999,'reason':'x'} | for:"
                        + " 999999999999999 s is not from",
                "{'command':'allow','client':'0.0.0.0/0','reason':'x'} | 0.0.0.0/0 is millions of"
                        + " addresses of many owners; send \\\"wide\\\": true if that is meant",
                "{'command':'forget','reason':'x'} | client: it is missing; send it as a string",
                "{'command':'forget','client':'192.0.2.1','sender':'a@b','reason':'x'} | recipient:"
                        + " it is missing beside sender; send both for",
                "{'command':'undo'} | undo: it is missing; send",
                "{'command':'undo','undo':'1'} | undo: '1' is no whole number; send",
            })
    void whatIsWrongIsNamedWithItsValueAndWhatToDo(String request, String why) {
        desk.ask("192.0.2.1", "a@b", "c@d");
        PageAnswer answer = change(request == null ? "" : request);
        assertThat(error(answer)).startsWith(why);
        assertThat(answer.outcome()).isEqualTo(PageOutcome.WRONG);
        assertThat(desk.said()).isEmpty();
    }

    @Test
    void aValueThatIsLongOrSteersATerminalIsShownInPart() {
        String odd = "\\u001b[31m" + "x".repeat(200);
        String why =
                error(
                        change(
                                "{\"command\":\"expect\",\"for\":\""
                                        + odd
                                        + "\",\"to\":\"c@d\",\"reason\":\"x\"}"));
        assertThat(why)
                .startsWith("for: '\\\\u001b[31mxx")
                .contains("xx...' is no")
                .hasSizeLessThan(250);
    }

    @Test
    void whatIsNotThereAndWhatIsTooMuchIsNotTakenForAMistake() {
        assertThat(change("{'command':'forget','client':'2001:DB8::1','reason':'x'}").outcome())
                .isEqualTo(PageOutcome.NOT_THERE);
        assertThat(change("{'command':'undo','undo':7}").outcome())
                .isEqualTo(PageOutcome.NOT_THERE);
        String expect = "{'command':'expect','to':'Carol+%d@example.net','reason':'x'}";
        for (int i = 0; i < 10; i++) {
            assertThat(change(expect.formatted(i)).outcome()).isEqualTo(PageOutcome.DONE);
        }
        PageAnswer once = change(expect.formatted(11));
        assertThat(once.outcome()).isEqualTo(PageOutcome.TOO_OFTEN);
        assertThat(error(once))
                .startsWith("to: it was said of carol@example.net 10 times within an hour; say it");
    }

    @Test
    void aClientIsForgottenHoweverItsAddressIsWritten() {
        desk.ask("2001:db8::1", "a@b", "c@d");
        assertThat(change("{'command':'forget','client':'2001:DB8:0::1','reason':'x'}").outcome())
                .isEqualTo(PageOutcome.DONE);
    }
}
