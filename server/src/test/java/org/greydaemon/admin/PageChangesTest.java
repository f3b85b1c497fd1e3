package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the dashboard changes, and takes back.
@Timeout(60)
final class PageChangesTest extends PageDesk {
    private static final Pattern UNDO = Pattern.compile("\"undo\":(\\d+)");

    private String change(String request) {
        return page.change(request.getBytes(UTF_8), "http/192.0.2.7").json();
    }

    private String undo(String answer) {
        Matcher number = UNDO.matcher(answer);
        assertThat(number.find()).describedAs(answer).isTrue();
        return change("{\"command\":\"undo\",\"undo\":" + number.group(1) + "}");
    }

    private String check(String client) {
        return desk.say(
                "{\"command\":\"check\",\"client\":\"%s\",\"sender\":\"a@b\",\"recipient\":\"c@d\"}\n"
                        .formatted(client));
    }

    @Test
    void mailToARecipientIsAllowedAndThatCanBeTakenBack() {
        String allowed =
                change("{\"command\":\"allow\",\"to\":\"@example.net\",\"reason\":\"moving\"}");
        assertThat(allowed).contains("\"what\":\"allowed mail to @example.net\"");
        assertThat(undo(allowed)).contains("took back: allowed mail to @example.net");
    }

    @Test
    void whatWasExpectedBeforeIsNotTakenForTheNewOne() {
        String expect = "{\"command\":\"expect\",\"to\":\"c@example.net\",%s\"reason\":\"code\"}";
        assertThat(change(expect.formatted(""))).contains("\"undo\":");
        assertThat(change(expect.formatted("\"for\":60,"))).doesNotContain("\"undo\":");
        assertThat(change(expect.formatted("\"cancel\":true,")))
                .contains("\"what\":\"expects no mail to c@example.net any more\"")
                .doesNotContain("\"undo\":");
        assertThat(change(expect.formatted("\"cancel\":true,"))).contains("nothing has changed");
        assertThat(change(expect.formatted("\"once\":\"yes\",")))
                .contains("once: 'yes' is neither true nor false");
    }

    @Test
    void whoIsLetPassPassesUntilItIsTakenBack() {
        String answer =
                change(
                        "{\"command\":\"allow\",\"client\":\"192.0.2.1\",\"for\":3600,\"reason\":\"ticket\\n7\"}");
        assertThat(answer).contains("\"what\":\"allowed 192.0.2.1\"").contains("\"undo_for\":900");
        assertThat(check("192.0.2.1")).contains("\"exempt\"");
        assertThat(desk.said())
                .containsExactly("control: http/192.0.2.7 allowed 192.0.2.1: ticket\\x0a7");
        assertThat(undo(answer)).contains("took back: allowed 192.0.2.1");
        assertThat(check("192.0.2.1")).contains("\"new\"");
        assertThat(undo(answer)).contains("cannot be taken back any more");
    }

    @Test
    void whatTheDiskDoesNotTakeCanBeTakenBackOnceItDoes() throws IOException {
        Path file = folder.resolve("allowed");
        String answer = change("{\"command\":\"allow\",\"client\":\"192.0.2.1\",\"reason\":\"x\"}");
        Files.delete(file);
        Files.createDirectories(file.resolve("in the way"));
        assertThat(undo(answer)).contains("nothing has changed");
        assertThat(check("192.0.2.1")).contains("\"exempt\"");
        Files.delete(file.resolve("in the way"));
        Files.delete(file);
        assertThat(undo(answer)).contains("took back: allowed 192.0.2.1");
        assertThat(check("192.0.2.1")).contains("\"new\"");
    }

    /// Who looks into the log for mail that waits anew finds who has forgotten it.
    @Test
    void theLogSaysWhatGreyctlHasForgotten() {
        desk.ask("192.0.2.1", "", "b@example.net");
        desk.sayBeside(
                "{\"command\":\"forget\",\"client\":\"192.0.2.0/24\",\"sender\":\"\",\"younger\":3600,\"state\":\"waiting\"}\n");
        assertThat(desk.said())
                .singleElement()
                .asString()
                .endsWith(
                        " forgot 1 entry: client 192.0.2.0/24, sender <>, state waiting, younger 1"
                                + " h");
    }

    /// What was said before is said again, with its end and its reason.
    @Test
    void whatWasAllowedBeforeIsAllowedAgain() {
        change(
                "{\"command\":\"allow\",\"client\":\"192.0.2.1\",\"for\":9000,\"reason\":\"first\"}");
        String second =
                change("{\"command\":\"allow\",\"client\":\"192.0.2.1\",\"reason\":\"second\"}");
        assertThat(look("{\"command\":\"exemptions\"}")).contains("http/192.0.2.7: second");
        undo(second);
        assertThat(look("{\"command\":\"exemptions\"}"))
                .contains("http/192.0.2.7: first")
                .contains("\"until\":" + (Desk.START + 9_000))
                .doesNotContain("second");
    }

    @Test
    void whatSomebodyHasSaidSinceIsNotTakenBack() {
        String whom = "\"client\":\"203.0.113.5\"";
        String allow = "{\"command\":\"allow\"," + whom + "%s,\"reason\":\"trial\"}";
        assertThat(change(allow.formatted(""))).contains("\"undo\":");
        String forAnHour = change(allow.formatted(",\"for\":3600"));
        assertThat(desk.sayBeside("{\"command\":\"disallow\"," + whom + "}\n"))
                .contains("\"allowed\":true");
        assertThat(undo(forAnHour)).contains("undo: 203.0.113.5 was disallowed since");
        assertThat(check("203.0.113.5")).contains("\"reason\":\"new\"");
        String again = change(allow.formatted(",\"for\":3600"));
        desk.pass(1);
        assertThat(change(allow.formatted(""))).contains("\"undo\":");
        assertThat(undo(again)).contains("203.0.113.5 was allowed since, by http/192.0.2.7: trial");
        assertThat(check("203.0.113.5")).contains("\"reason\":\"exempt\"");
    }

    @Test
    void whatCameToItsEndSinceIsTakenBack() {
        String whom = "\"client\":\"203.0.113.5\"";
        String allow = "{\"command\":\"allow\"," + whom + "%s,\"reason\":\"trial\"}";
        assertThat(change(allow.formatted(""))).contains("\"undo\":");
        String forAMinute = change(allow.formatted(",\"for\":60"));
        desk.pass(61);
        assertThat(undo(forAMinute)).contains("took back");
        assertThat(check("203.0.113.5")).contains("\"reason\":\"exempt\"");
    }

    @Test
    void whatIsExpectedAnewIsNotTakenBack() {
        String expect = "{\"command\":\"expect\",\"to\":\"e@example.net\",%s\"reason\":\"code\"}";
        String said = change(expect.formatted(""));
        change(expect.formatted("\"for\":7200,"));
        assertThat(undo(said))
                .contains("undo: mail to e@example.net was expected anew since, by http/192.0.2.7");
        change(expect.formatted("\"cancel\":true,"));
        String other = change(expect.formatted(""));
        change(expect.formatted("\"cancel\":true,"));
        assertThat(undo(other)).contains("undo: mail to e@example.net is not expected any more");
    }

    @Test
    void aMailThatIsForgottenBeginsAnewUntilItIsTakenBack() {
        desk.ask("192.0.2.1", "a@b", "c@d");
        desk.ask("192.0.2.1", "other@b", "c@d");
        desk.pass(400);
        String answer =
                change(
                        "{\"command\":\"forget\",\"client\":\"192.0.2.1\",\"sender\":\"a@b\",\"recipient\":\"c@d\",\"reason\":\"a"
                            + " test\"}");
        assertThat(answer).contains("\"entries\":1,").contains("forgot 1 entry of 192.0.2.1");
        assertThat(check("192.0.2.1")).contains("\"new\"");
        assertThat(look("{\"command\":\"search\",\"text\":\"192.0.2.1\"}"))
                .contains("\"fits\":1,")
                .contains("other@b");
        undo(answer);
        assertThat(check("192.0.2.1")).contains("\"passed\"");
    }

    @Test
    void aClientThatIsForgottenIsAStrangerUntilItIsTakenBack() {
        desk.ask("192.0.2.1", "a@b", "c@d");
        desk.pass(400);
        desk.ask("192.0.2.1", "a@b", "c@d");
        assertThat(check("192.0.2.1")).contains("\"known\"");
        String answer =
                change("{\"command\":\"forget\",\"client\":\"192.0.2.1\",\"reason\":\"a test\"}");
        assertThat(answer).contains("\"entries\":2,");
        assertThat(check("192.0.2.1")).contains("\"new\"");
        desk.ask("192.0.2.1", "a@b", "c@d"); // What is remembered again stays.
        undo(answer);
        assertThat(check("192.0.2.1")).contains("\"known\"");
    }

    @Test
    void aChangeNeedsAReasonAndSomethingToChange() {
        assertThat(change("{\"command\":\"forget\",\"client\":\"192.0.2.1\",\"reason\":\" \"}"))
                .contains("reason: it is empty");
        assertThat(change("{\"command\":\"allow\",\"client\":\"192.0.2.1\"}"))
                .contains("reason: it is missing");
        assertThat(change("{\"command\":\"forget\",\"client\":\"192.0.2.1\",\"reason\":\"x\"}"))
                .contains("client: nothing of '192.0.2.1' and that mail is remembered");
        assertThat(change("{\"command\":\"allow\",\"client\":\"0.0.0.0/0\",\"reason\":\"x\"}"))
                .contains("\"ok\":false")
                .contains("\"wide\":true");
        assertThat(change("{\"command\":\"search\",\"text\":\"x\"}")).contains("goes to /v1/look");
        assertThat(look("{\"command\":\"forget\",\"client\":\"192.0.2.1\",\"reason\":\"x\"}"))
                .contains("goes to /v1/change");
        assertThat(look("[]")).contains("no JSON object");
        assertThat(desk.said()).isEmpty();
    }

    @Test
    void aClientWithTooManyEntriesIsNotForgottenHere() {
        for (int i = 0; i <= Forgotten.ENTRIES_MAX; i++) {
            desk.remember("192.0.2.1", "a" + i + "@example.org", "b@example.net");
        }
        assertThat(change("{\"command\":\"forget\",\"client\":\"192.0.2.1\",\"reason\":\"x\"}"))
                .contains("has more than 1000 entries");
        assertThat(look("{\"command\":\"search\",\"text\":\"192.0.2.1\"}"))
                .contains("\"fits\":1001,");
    }

    @Test
    void whatWasChangedLongAgoOrBeforeMuchElseIsNotTakenBack() throws RequestException {
        Undos undos = new Undos();
        Undos.Undoable change = new Undos.Undoable("it", 0, () -> {});
        long first = undos.keep(change);
        for (int i = 0; i < Undos.KEPT_MAX; i++) {
            undos.keep(change);
        }
        assertThat(undos.take(first + 1, 0)).isEqualTo(change);
        assertThat(message(undos, first, 0)).contains("cannot be taken back");
        assertThat(message(undos, first + 2, Undos.KEPT_SECONDS + 1)).contains("cannot be taken");
    }

    private static String message(Undos undos, long number, long now) {
        try {
            return undos.take(number, now).what();
        } catch (RequestException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
