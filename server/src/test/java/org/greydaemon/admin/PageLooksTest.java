package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

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

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// What the dashboard shows: who waits, what is found, and why.
@Timeout(60)
final class PageLooksTest extends PageDesk {
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
    void whatIsShownIsExplainedAsItIsShown() {
        desk.ask("192.0.2.1", "<script>alert(1)</script>@evil.example", "c@d");
        String shown =
                look(
                        "{\"command\":\"explain\",\"shown\":true,\"client\":\"192.0.2.1\",\"sender\":\"<script>alert(1)</script>@evil.example\",\"recipient\":\"c@d\"}");
        assertThat(shown).contains("\"reason\":\"early\"");
        assertThat(page.now()).contains("\"delay\":300,\"window\":43200");
    }
}
