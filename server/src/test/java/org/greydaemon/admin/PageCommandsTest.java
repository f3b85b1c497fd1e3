package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Identification;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Suspects;
import org.greydaemon.identity.HostDomains;
import org.greydaemon.identity.Pools;
import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.json.JsonLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the dashboard asks, and what it changes and takes back.
@Timeout(60)
final class PageCommandsTest extends PageDesk {
    private static final Pattern UNDO = Pattern.compile("\"undo\":(\\d+)");

    private String look(String request) {
        return page.look(request.getBytes(UTF_8)).json();
    }

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

    /// Waits until a walk has been over the entries.
    private String entries() throws InterruptedException {
        String before = page.entries();
        desk.pass(3);
        String now = page.entries();
        for (int i = 0; i < 10_000 && now.equals(before); i++) {
            Thread.sleep(5);
            now = page.entries();
        }
        return now;
    }

    /// What the client was told, whoever looks.
    @Test
    void aSuspectsWaitIsItsOwnInTheList() {
        ModernRules rules =
                new ModernRules(
                        new RetryWindow(300, 43_200),
                        new Retention(604_800),
                        new Identification(
                                32,
                                128,
                                new HostDomains(PublicSuffixes.load(List.of()), Pools.builtIn()),
                                false,
                                (char) 0,
                                false),
                        new Suspects(1800, 6, 3600, 3, Set.of()));
        try (Desk suspects = new Desk(rules)) {
            suspects.askNamed("192.0.2.7", "dsl-192-0-2-7.example.net", "a@b.example", "c@d");
            suspects.pass(400);
            assertThat(suspects.say("{\"command\":\"list\"}\n"))
                    .contains("\"state\":\"waiting\"")
                    .contains("\"retry_in\":1400");
        }
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
    void whoWaitsIsShownWithTheTimeItPassesAndHowOftenItTried() throws InterruptedException {
        desk.ask("192.0.2.1", "a@example.org", "b@example.net");
        desk.ask("192.0.2.2", "", "b@example.net");
        desk.pass(10);
        desk.ask("192.0.2.1", "a@example.org", "b@example.net");
        assertThat(entries())
                .contains("\"proven\":0,\"waiting\":2,\"ready\":0")
                .contains(
                        "\"rows\":[{\"client\":\"192.0.2.1\",\"sender\":\"a@example.org\",\"recipient\":\"b@example.net\",\"first_seen\":%d,\"passes\":%d,\"late\":%d,\"tries\":2},{\"client\":\"192.0.2.2\",\"sender\":\"\","
                                .formatted(Desk.START, Desk.START + 300, Desk.START + 43_200))
                .containsPattern("\"dots\":\\[\\[1,1[0-9],1],\\[2,1[0-9],1]]")
                .contains("\"network\":\"192.0.2.0/24\"");
        desk.pass(300);
        assertThat(entries()).contains("\"waiting\":0,\"ready\":2").contains("\"rows\":[]");
        desk.pass(43_200);
        assertThat(entries()).contains("\"ready\":0,\"late\":2");
    }

    @Test
    void ofManyWhoWaitThoseAreShownThatHaveTriedAgainAndThoseWhoPassSoonest()
            throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            desk.ask("192.0.2." + i, "a@example.org", "b@example.net");
        }
        desk.pass(20);
        desk.ask("192.0.2.150", "a@example.org", "b@example.net");
        desk.ask("203.0.113.1", "later@example.org", "b@example.net");
        String shown = entries();
        assertThat(shown.split("\"tries\":", -1)).hasSize(1 + EntrySurvey.WAITING_MAX);
        assertThat(shown)
                .contains("\"waiting\":201")
                .contains("\"rows\":[{\"client\":\"192.0.2.150\"")
                .doesNotContain("later@");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,         1",
        "192.0.2.0/24,      2",
        "192.0.2.0/31,      1",
        "2001:db8::/32,     1",
        "Alice,             2",
        "@example.net,      4",
        "192.0.2.,          2",
        "nobody,            0",
        "192.0.2.1/33,      0",
    })
    void entriesAreFoundByClientNetworkSenderAndRecipient(String text, int fits) {
        desk.ask("192.0.2.1", "alice@example.org", "b@example.net");
        desk.ask("192.0.2.17", "carol@example.org", "b@example.net");
        desk.ask("203.0.113.1", "malice@example.org", "b@example.net");
        desk.ask("2001:db8::1", "dave@example.org", "b@example.net");
        assertThat(look("{\"command\":\"search\",\"text\":\"" + text + "\"}"))
                .contains("\"fits\":" + fits + ",")
                .contains("\"all\":true");
    }

    /// Addresses are compared in ASCII's lower case, and their controls are shown escaped.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "j\\u00d6rg",
                "J\\u00d6RG@Example.org",
                "g\\\\x07@example.org",
                "\\\\x5cx07@example.org"
            })
    void anAddressIsFoundAsItIsShown(String text) {
        desk.ask("192.0.2.1", "JÖRG@example.org", "b@example.net");
        desk.ask("192.0.2.1", "g\u0007@example.org", "b@example.net");
        desk.ask("192.0.2.1", "\\x07@example.org", "b@example.net");
        assertThat(look("{\"command\":\"search\",\"text\":\"" + text + "\"}"))
                .contains("\"fits\":1,");
        assertThat(desk.say("{\"command\":\"list\",\"sender\":\"" + text + "\"}\n"))
                .contains("\"entries\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"g\\\\x07@example.org", "<g\\\\x07@Example.org>"})
    void anAddressIsExplainedAsTheLogShowsIt(String sender) {
        desk.ask("192.0.2.1", "g\u0007@example.org", "b@example.net");
        assertThat(
                        desk.say(
                                "{\"command\":\"explain\",\"client\":\"192.0.2.1\",\"sender\":\"%s\",\"recipient\":\"<b@example.net>\"}\n"
                                        .formatted(sender)))
                .contains("defer, early");
    }

    @Test
    void aSearchShowsAHundredAndEndsAfterTwoSeconds() throws RequestException {
        for (int i = 0; i < 5_000; i++) {
            desk.remember("192.0.2.1", "a" + i + "@example.org", "b@example.net");
        }
        assertThat(look("{\"command\":\"search\",\"text\":\"@example.org\"}"))
                .contains("\"fits\":5000,\"looked\":5000,\"all\":true")
                .satisfies(answer ->
                        assertThat(answer.split("\"state\"", -1))
                                .hasSize(1 + EntrySearch.SHOWN_MAX));
        AtomicLong nanos = new AtomicLong();
        EntrySearch slow = new EntrySearch("a", () -> nanos.addAndGet(3_000_000_000L));
        assertThat(slow.in(desk.ledger(), (_, _) -> new JsonLine(), desk.now()).toString())
                .contains("\"looked\":4096,\"all\":false");
        assertThat(look("{\"command\":\"search\",\"text\":\"  \"}")).contains("nothing is looked");
        assertThat(look("{\"command\":\"search\",\"text\":\"" + "x".repeat(300) + "\"}"))
                .contains("more than 256 octets");
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

    @Test
    void whatIsShownIsExplainedAsItIsShown() {
        desk.ask("192.0.2.1", "<script>alert(1)</script>@evil.example", "c@d");
        String shown =
                look(
                        "{\"command\":\"explain\",\"shown\":true,\"client\":\"192.0.2.1\",\"sender\":\"<script>alert(1)</script>@evil.example\",\"recipient\":\"c@d\"}");
        assertThat(shown).contains("\"reason\":\"early\"");
        assertThat(page.now()).contains("\"delay\":300,\"window\":43200");
    }
}
