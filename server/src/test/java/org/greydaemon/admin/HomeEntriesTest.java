package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.json.JsonLine;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;

/// An IPv6 client that the rules know by its /64 is found, explained, forgotten and brought in by
/// that, by each of its addresses and by each network that has to do with it.
@Timeout(60)
final class HomeEntriesTest {
    private static final String HOME = "2001:db8:5:1::/64";
    private static final String ALICE = "alice@sender.example";
    private static final String BOB = "bob@example.net";

    @TempDir Path folder;

    private final Desk desk = new Desk(AllIdentities.after(300));
    private PageCommands page;

    @BeforeEach
    void open() {
        page = desk.page(folder.resolve("allowed"));
        desk.askNamed("2001:db8:5:1::7", "mx.seven.example", ALICE, BOB);
        desk.askNamed("192.0.2.1", "mx.one.example", ALICE, BOB);
        desk.askNamed("2001:db8:5:2::7", "mx.other.example", "carol@other.example", BOB);
        desk.pass(10);
    }

    @AfterEach
    void close() {
        page.stop();
        desk.close();
    }

    private String look(String request) {
        return page.look(request.getBytes(UTF_8)).json();
    }

    private String change(String request) {
        return page.change(request.getBytes(UTF_8), "http/192.0.2.7").json();
    }

    private String search(String text) {
        return look("{\"command\":\"search\",\"text\":\"" + text + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001:db8:5:1::7",
                "2001:db8:5:1::99",
                "2001:DB8:5:1:0:0:0:9",
                HOME,
                "2001:db8:5::/63",
                "2001:db8:5:1::40/124"
            })
    void aClientIsMeantByWhatHasToDoWithItsNetwork(String client) {
        // In the /63 there is no other one.
        assertThat(desk.control("list", client)).contains(HOME, "\"entries\":1}");
        assertThat(desk.control("export", client))
                .contains(" " + HOME + " ")
                .contains("line\":\"G");
        assertThat(search(client)).contains("\"client\":\"" + HOME + "\"", "\"fits\":1,");
        assertThat(desk.control("forget", client)).contains("\"entries\":1}");
        assertThat(desk.say("{\"command\":\"list\"}\n"))
                .contains("2001:db8:5:2::/64", "192.0.2.1")
                .doesNotContain(HOME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8:5:3::1", "2001:db8:6::/48", "2001:db8:5:1::/65x", "::1"})
    void nobodyElseIsMeant(String client) {
        assertThat(desk.control("list", client)).doesNotContain(HOME);
        assertThat(search(client)).contains("\"fits\":0,");
        desk.control("forget", client);
        assertThat(desk.say("{\"command\":\"list\"}\n")).contains("\"entries\":3}");
    }

    @Test
    void aNetworkMeansAllClientsInIt() {
        assertThat(search("2001:db8::/32")).contains("\"fits\":2,");
        assertThat(desk.control("list", "::/0")).contains("\"entries\":2}");
        assertThat(desk.control("list", "192.0.2.0/24")).contains("\"entries\":1}");
        assertThat(desk.control("forget", "2001:db8::/32")).contains("\"entries\":2}");
        assertThat(desk.say("{\"command\":\"list\"}\n")).contains("\"entries\":1}");
    }

    @Test
    void thisHostsOwnMailIsFound() {
        desk.askNamed("::1", "localhost.example", ALICE, BOB);
        assertThat(desk.control("forget", "::1")).contains("\"entries\":1}");
    }

    /// The original's rules and other greylisters know an IPv6 client by its full address, and what
    /// has proven itself there passes here too.
    @Test
    void whoIsProvenByItsWholeAddressIsExplainedAndForgotten() {
        Key key = new Key();
        byte[] address = "2001:db8:9::7".getBytes(UTF_8);
        key.client(address, 0, address.length);
        desk.ledger().restore(key, desk.now() - 60, desk.now());
        String explain =
                "{\"command\":\"explain\",\"client\":\"2001:db8:9::7\",\"sender\":\"%s\",\"recipient\":\"%s\"}\n"
                        .formatted(ALICE, BOB);
        assertThat(desk.say(explain)).contains("accept, known", "\"proven\":true");
        assertThat(desk.control("disallow", "2001:db8:9::7")).contains("\"proven\":true");
        assertThat(desk.say(explain)).contains("defer, new", "\"proven\":false");
        assertThat(desk.say("{\"command\":\"list\"}\n")).doesNotContain("2001:db8:9::7");
    }

    /// A stranger in the same /64 that was disallowed passes by no neighbour's proof
    /// (docs/rules.md).
    @Test
    void allWholeAddressesOfANetworkAreDisallowedTogether() {
        for (String one : List.of("2001:db8:9::7", "2001:db8:9::8", "2001:db8:9:1::9")) {
            Key key = new Key();
            key.client(one.getBytes(UTF_8), 0, one.length());
            IpAddress address = IpAddress.parse(one).orElseThrow();
            key.maker(address.high(), address.low());
            desk.ledger().restore(key, desk.now() - 60, desk.now());
        }
        assertThat(desk.control("disallow", "2001:db8:9::99")).contains("\"proven\":true");
        assertThat(desk.say("{\"command\":\"list\",\"state\":\"proven\"}\n"))
                .contains("2001:db8:9:1::9")
                .doesNotContain("2001:db8:9::");
        assertThat(desk.control("disallow", "2001:db8:9::99")).contains("\"proven\":false");
    }

    @Test
    void whoIsDisallowedHearsHowManyOfItsTripletsStillPass() {
        assertThat(desk.control("disallow", "2001:db8:5:1::99")).doesNotContain("triplets");
        desk.pass(300);
        assertThat(desk.control("disallow", "2001:db8:5:1::99")).contains("\"triplets\":1");
        desk.control("forget", "2001:db8:5:1::99");
        assertThat(desk.control("disallow", "2001:db8:5:1::99")).doesNotContain("triplets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8:9::7", "2001:db8:9::/64"})
    void whoIsProvenByItsWholeAddressIsForgottenOnThePageToo(String client) {
        IpAddress address = IpAddress.parse("2001:db8:9::7").orElseThrow();
        Key key = new Key();
        key.client(address.toString().getBytes(UTF_8), 0, address.toString().length());
        key.maker(address.high(), address.low());
        desk.ledger().restore(key, desk.now() - 60, desk.now());
        assertThat(search(client)).contains("\"client\":\"2001:db8:9::7\"", "\"fits\":1,");
        assertThat(
                        change(
                                "{\"command\":\"forget\",\"reason\":\"bot\",\"client\":\"%s\"}"
                                        .formatted(client)))
                .contains("forgot 1 entry");
        assertThat(search(client)).contains("\"fits\":0,");
    }

    @ParameterizedTest
    @ValueSource(strings = {HOME, "2001:db8:5:1::7"})
    void aRowIsExplained(String client) {
        assertThat(
                        look(
                                "{\"command\":\"explain\",\"shown\":true,\"client\":\"%s\",\"sender\":\"%s\",\"recipient\":\"%s\"}"
                                        .formatted(client, ALICE, BOB)))
                .contains("\"ok\":true", "\"verdict\":\"defer\"", "early");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"192.0.2.0/24", "192.0.2.1/64", "2001:db8::/32", "2001:db8::7/64", "/64"})
    void whatIsNoClientIsNotExplained(String text) {
        assertThat(
                        desk.say(
                                "{\"command\":\"explain\",\"client\":\"%s\",\"sender\":\"a@b\",\"recipient\":\"c@d\"}\n"
                                        .formatted(text)))
                .contains("is no IP address");
    }

    @ParameterizedTest
    @ValueSource(strings = {HOME, "2001:db8:5:1::7"})
    void aRowIsForgottenAndThatCanBeTakenBack(String client) {
        String mail = ",\"sender\":\"%s\",\"recipient\":\"%s\"".formatted(ALICE, BOB);
        for (String which : new String[] {mail, ""}) {
            String answer =
                    change(
                            "{\"command\":\"forget\",\"reason\":\"bot\",\"client\":\"%s\"%s}"
                                    .formatted(client, which));
            assertThat(answer).contains("forgot 1 entry of " + HOME);
            assertThat(desk.say("{\"command\":\"list\"}\n")).doesNotContain(HOME);
            String number = answer.replaceAll(".*\"undo\":(\\d+).*", "$1");
            assertThat(change("{\"command\":\"undo\",\"undo\":" + number + "}")).contains("true");
            assertThat(desk.control("list", HOME)).contains("\"entries\":1}");
        }
    }

    @Test
    void aClientCountsOnceWhateverHasProvenItselfWithIt() {
        desk.pass(300);
        desk.askNamed("192.0.2.1", "mx.one.example", ALICE, BOB);
        JsonLine line = new JsonLine();
        EntrySurvey.addTo(line, desk.ledger(), desk.now(), 0);
        assertThat(line.toString()).contains("\"proven\":2,", "\"clients\":1,");
    }

    private String listed() {
        String lines = desk.say("{\"command\":\"list\"}\n");
        return lines.substring(0, lines.lastIndexOf("{\"ok\""));
    }

    /// One of each kind that a list shows of a client.
    private void proveAndSuspect() {
        desk.askNamed("2001:db8:7::1", "out.pool.example", ALICE, BOB);
        desk.pass(300);
        desk.askNamed("2001:db8:5:1::9", "mx.seven.example", ALICE, BOB);
        desk.askNamed("2001:db8:7::1", "out.pool.example", ALICE, BOB);
        desk.askNamed("2001:db8:9::1", "", "suspect@waits.example", BOB);
        desk.pass(1900);
        desk.askNamed("2001:db8:9::1", "", "suspect@waits.example", BOB);
    }

    private static List<String> states(Desk at) {
        return at.say("{\"command\":\"list\"}\n").lines().toList();
    }

    @Test
    void whatAListShowsIsTakenAsItIs() {
        proveAndSuspect();
        String lines = listed();
        assertThat(lines)
                .contains("\"kind\":\"suspect\"", "\"kind\":\"pool\"")
                // It has passed now, and was first seen half an hour ago.
                .contains(
                        "\"sender\":\"suspect@waits.example\",\"recipient\":\"bob@example.net\",\"last_seen\":"
                                + desk.now());
        try (Desk other = new Desk(AllIdentities.after(300))) {
            other.pass(2210);
            assertThat(other.say("{\"command\":\"import\"}\n" + lines))
                    .contains("\"malformed\":0")
                    .doesNotContain("left_out");
            assertThat(states(other)).containsExactlyInAnyOrderElementsOf(states(desk));
        }
    }

    @Test
    void otherRulesTakeOfAListWhatTheyKnow() {
        proveAndSuspect();
        try (Desk original =
                new Desk(new OriginalRules(new RetryWindow(300, 43_200), new Retention(604_800)))) {
            assertThat(original.say("{\"command\":\"import\"}\n" + listed()))
                    .contains("\"malformed\":0", "\"left_out\":", "\"remembered\":1,");
            assertThat(original.say("{\"command\":\"list\"}\n"))
                    .contains("192.0.2.1", "\"entries\":1}")
                    .doesNotContain("/64", "\"kind\"");
        }
    }
}
