package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// What the operator sees and forgets of a client's identities.
final class IdentityEntriesTest {
    private static final String ALICE = "alice@sender.example";
    private static final String BOB = "bob@example.net";

    private final Desk desk = new Desk(AllIdentities.after(300));

    @Test
    void whatAPoolHasProvenIsListedWithItsKind() {
        desk.askNamed("203.0.113.1", "out1.pool.example", ALICE, BOB);
        desk.pass(300);
        desk.askNamed("198.18.0.2", "out2.pool.example", ALICE, BOB);
        assertThat(desk.say("{\"command\":\"list\"}\n"))
                .contains(
                        "\"state\":\"proven\",\"client\":\"pool.example\",\"kind\":\"pool\"",
                        "\"client\":\"pool.example\",\"kind\":\"host-sender\","
                                + "\"sender\":\"sender.example\"")
                .doesNotContain("network-triplet", "\\\\x");
    }

    @Test
    void whoForgetsATripletForgetsWhatTheSameAttemptHasMade() {
        desk.askNamed("192.0.2.1", "mx1.host.example", ALICE, BOB);
        desk.pass(300);
        assertThat(desk.control("forget", "192.0.2.1")).contains("\"entries\":1");
        desk.askNamed("192.0.2.9", "mx2.host.example", ALICE, BOB);
        assertThat(desk.control("list", "192.0.2.9")).contains("\"state\":\"waiting\"");
    }

    /// More may be meant than is kept in mind at once for the other identities.
    @Test
    void whoForgetsManyTripletsForgetsWhatAllTheirAttemptsHaveMade() throws RequestException {
        for (int i = 1; i <= 7; i++) {
            desk.askNamed("192.0." + i + ".1", "mx.host" + i + ".example", ALICE, BOB);
        }
        desk.pass(300);
        Selection all =
                Selection.of(Request.parse(("{\"sender\":\"" + ALICE + "\"}").getBytes(UTF_8)));
        assertThat(new Forgetting(desk.ledger(), desk.now(), 2).forget(all)).isEqualTo(7);
        for (int i = 1; i <= 7; i++) {
            assertThat(states("192.0." + i + ".9", "mx.host" + i + ".example", ALICE))
                    .isEqualTo("waiting");
        }
    }

    /// What a domain has proven bears the network of who has made it.
    @Test
    void aDomainThatIsForgottenOnTheDashboardIsFoundWhoeverHasMadeIt() throws RequestException {
        desk.askNamed("203.0.113.1", "out1.pool.example", ALICE, BOB);
        desk.pass(300);
        desk.askNamed("198.18.0.2", "out2.pool.example", ALICE, BOB);
        EntryText domain = new EntryText("pool.example", "", "");
        Forgotten forgotten = Forgotten.of(desk.ledger(), domain, desk.now());
        assertThat(forgotten.size()).isEqualTo(2);
        assertThat(desk.say("{\"command\":\"list\"}\n")).doesNotContain("\"pool.example\"");
        assertThat(forgotten.bringBack(desk.ledger(), desk.now())).isEqualTo(2);
        assertThat(desk.say("{\"command\":\"list\"}\n")).contains("\"kind\":\"host-sender\"");
    }

    @Test
    void whoForgetsATripletForgetsNoNeighboursOfTheSameSecond() {
        String carol = "carol@other.example";
        desk.askNamed("192.0.2.1", "mx.one.example", ALICE, BOB);
        desk.askNamed("192.0.2.2", "mx.two.example", carol, BOB);
        desk.askNamed("2001:db8:c:1::1", "mx.one.example", "bounce+77@one.example", BOB);
        desk.askNamed("2001:db8:c:2::2", "mx.two.example", "bounce+78@two.example", BOB);
        desk.pass(300);
        assertThat(desk.control("forget", "192.0.2.1")).contains("\"entries\":1");
        assertThat(desk.control("forget", "2001:db8:c:1::1")).contains("\"entries\":1");
        assertThat(states("192.0.2.8", "mx.eight.example", ALICE)).isEqualTo("waiting");
        assertThat(states("192.0.2.9", "mx.nine.example", carol)).isEqualTo("proven");
        assertThat(states("2001:db8:c:8::8", "mx.eight.example", "bounce+9@one.example"))
                .isEqualTo("waiting");
        assertThat(states("2001:db8:c:9::9", "mx.nine.example", "bounce+9@two.example"))
                .isEqualTo("proven");
    }

    @Test
    void whoForgetsATripletForgetsThatOfTheNetworksLearnedAsOne() {
        learn();
        desk.askNamed("192.0.2.1", "mx.x.example", "x@y.example", BOB);
        desk.pass(300);
        desk.control("forget", "192.0.2.1");
        assertThat(states("2001:db8:b:5::5", "mx.five.example", "x@y.example"))
                .isEqualTo("waiting");
    }

    /// The state of a client that asks for the first time.
    private String states(String client, String host, String sender) {
        desk.askNamed(client, host, sender, BOB);
        return desk.control("list", client).contains("\"state\":\"proven\"") ? "proven" : "waiting";
    }

    /// Two networks of which each has finished mail that the other one has begun.
    private void learn(String first, String second, String sender) {
        desk.askNamed(first, "mx.one.example", sender, BOB);
        desk.pass(300);
        desk.askNamed(second, "mx.two.example", sender, BOB);
        desk.pass(43_200);
    }

    private void learn() {
        learn("192.0.2.1", "2001:db8:b::1", ALICE);
        learn("2001:db8:b::1", "192.0.2.1", "carol@other.example");
    }

    @Test
    void poolsThatWereLearnedAreShownWithWhy() {
        learn();
        assertThat(desk.say("{\"command\":\"pools\"}\n"))
                .contains(
                        "\"networks\":[\"192.0.2.0/24\",\"2001:db8:b::/48\"]",
                        "\"age\":43200",
                        "\"pairs\":[\"192.0.2.0/24 and 2001:db8:b::/48\"]",
                        "{\"ok\":true,\"entries\":1}");
        assertThat(desk.say("{\"command\":\"list\"}\n")).doesNotContain("/24", "/48");
        assertThat(
                        desk.say(
                                "{\"command\":\"explain\",\"client\":\"192.0.2.9\",\"sender\":\"x@y.example\",\"recipient\":\"b@c.example\",\"host\":\"mx.one.example\"}\n"))
                .contains("network learned as one with others: 192.0.2.0/24, 2001:db8:b::/48")
                .contains("the networks learned as one: not remembered");
    }

    /// Each is a walk over all entries, and a dashboard may ask for many.
    @Test
    void explanationsOfTwoSecondsShareOneLookForLearnedPools() {
        AtomicLong nanos = new AtomicLong();
        KeptPools pools = new KeptPools(desk.ledger(), nanos::get);
        learn();
        int first = marks().iterator().next();
        assertThat(pools.networks(first, desk.now()))
                .containsExactly("192.0.2.0/24", "2001:db8:b::/48");
        desk.say("{\"command\":\"pools\",\"forget\":\"192.0.2.9\"}\n");
        nanos.addAndGet(1_999_999_999);
        assertThat(pools.networks(first, desk.now())).as("no look of its own").hasSize(2);
        nanos.incrementAndGet();
        assertThat(pools.networks(first, desk.now())).isEmpty();
        learn("203.0.113.1", "2001:db8:d::1", "dave@third.example");
        learn("2001:db8:d::1", "203.0.113.1", "erin@fourth.example");
        assertThat(pools.networks(marks().iterator().next(), desk.now()))
                .as("learned since")
                .containsExactly("203.0.113.0/24", "2001:db8:d::/48");
    }

    private Set<Integer> marks() {
        return new PoolEntries(desk.ledger(), desk.now(), 0).networks().keySet();
    }

    @Test
    void listedPoolsAreShownWithTheirFacts() {
        assertThat(desk.say("{\"command\":\"pools\",\"listed\":true}\n"))
                .contains("{\"domain\":\"google.com\",\"why\":\"Gmail, Workspace: names mail-*");
    }

    @Test
    void aLearnedPoolIsForgottenAndHasToBeLearnedAgain() {
        learn();
        assertThat(desk.say("{\"command\":\"pools\",\"forget\":\"203.0.113.0/24\"}\n"))
                .contains("\"entries\":0");
        assertThat(desk.say("{\"command\":\"pools\",\"forget\":\"192.0.2.9\"}\n"))
                .contains("\"entries\":2"); // A pool of one network is none.
        learn("192.0.2.1", "2001:db8:b::1", "dave@third.example");
        assertThat(desk.say("{\"command\":\"pools\"}\n")).contains("\"entries\":0");
        assertThat(desk.say("{\"command\":\"pools\",\"forget\":\"google.com\"}\n"))
                .contains("google.com is listed, not learned; write !google.com into a file of");
        assertThat(desk.say("{\"command\":\"pools\",\"forget\":\"nonsense\"}\n"))
                .contains("\"ok\":false");
    }

    @Test
    void whoForgetsATripletForgetsNoPool() {
        learn();
        desk.askNamed("192.0.2.1", "mx.one.example", "x@y.example", BOB);
        desk.control("forget", "192.0.2.1");
        assertThat(desk.say("{\"command\":\"pools\"}\n")).contains("\"entries\":1");
    }

    @Test
    void explainShowsEachIdentity() {
        desk.askNamed("192.0.2.1", "mx1.host.example", ALICE, BOB);
        assertThat(
                        desk.say(
                                "{\"command\":\"explain\",\"client\":\"192.0.2.9\",\"sender\":\""
                                        + ALICE
                                        + "\",\"recipient\":\""
                                        + BOB
                                        + "\"}\n"))
                .contains("network: first seen")
                .contains("address: not remembered");
    }

    /// What one daemon exports, as greyctl hands it to another.
    private static String exported(Desk from, String selection) {
        String lines = from.say("{\"command\":\"export\"" + selection + "}\n");
        return lines.substring(0, lines.lastIndexOf("{\"ok\""));
    }

    /// What `check` says on a desk of each of these mails.
    private static List<String> verdicts(Desk at) {
        return Stream.of(
                        "192.0.2.1,mx1.host.example,alice@sender.example", // proven
                        "192.0.2.77,mx9.host.example,alice@sender.example", // its host and sender
                        "2001:db8:1::99,mx.some.example,x@sender.example", // of the proven /64
                        "203.0.113.200,out9.pool.example,x@y.example", // of the proven pool
                        "198.18.5.200,mx.some.example,first@waits.example", // the network's
                        "198.18.9.1,mail2.waiting.example,second@waits.example", // the host's
                        "2001:db8:5:1::2,mx.some.example,third@waits.example", // the /64's
                        "2001:db8:5:9::2,mx.some.example,third@waits.example", // the /48's
                        "198.18.5.7,mx.six.example,bounce+77@waits.example",
                        "198.18.5.7,mx.six.example,",
                        "198.18.8.8,,suspect@waits.example",
                        "198.18.5.7,mx.six.example,stranger@waits.example")
                .map(mail -> mail.split(",", -1))
                .map(mail -> at.check(mail[0], mail[1], mail[2], BOB))
                .toList();
    }

    private static void mails(Desk at) {
        at.askNamed("192.0.2.1", "mx1.host.example", ALICE, BOB);
        at.askNamed("203.0.113.1", "out1.pool.example", ALICE, BOB);
        at.askNamed("2001:db8:1::1", "mx.four.example", ALICE, BOB);
        at.pass(300);
        at.askNamed("192.0.2.1", "mx1.host.example", ALICE, BOB);
        at.askNamed("203.0.113.1", "out1.pool.example", ALICE, BOB);
        at.askNamed("2001:db8:1::1", "mx.four.example", ALICE, BOB);
        at.askNamed("198.18.5.7", "mx.six.example", "first@waits.example", BOB);
        at.askNamed("198.18.6.1", "mail1.waiting.example", "second@waits.example", BOB);
        at.askNamed("2001:db8:5:1::1", "mx.seven.example", "third@waits.example", BOB);
        at.askNamed("198.18.5.7", "mx.six.example", "bounce+12@waits.example", BOB);
        at.askNamed("198.18.5.7", "mx.six.example", "", BOB);
        at.askNamed("198.18.8.8", "", "suspect@waits.example", BOB);
        at.pass(1900); // Who has no name waits longer.
    }

    @Test
    void whatIsExportedSaysTheSameWhereItIsImported() {
        mails(desk);
        Desk other = new Desk(AllIdentities.after(300));
        other.pass(2200);
        List<String> here = verdicts(desk);
        assertThat(here).filteredOn(line -> line.contains("accept")).hasSize(11);
        String lines = exported(desk, "");
        assertThat(lines).contains("{\"line\":\"N 17", "{\"line\":\"H 17", "2001:db8:5:1::/64");
        assertThat(other.say("{\"command\":\"import\"}\n" + lines))
                .contains("\"malformed\":0")
                .doesNotContain("left_out");
        assertThat(verdicts(other)).isEqualTo(here);
        assertThat(other.say("{\"command\":\"import\"}\n" + lines)).contains("\"remembered\":0");
    }

    @Test
    void withATripletGoesWhatTheSameAttemptHasMade() {
        mails(desk);
        assertThat(exported(desk, ",\"client\":\"198.18.6.1\"").lines())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("{\"line\":\"G 17"),
                        line -> assertThat(line).startsWith("{\"line\":\"N 17"),
                        line -> assertThat(line).startsWith("{\"line\":\"H 17"));
    }

    @Test
    void theOriginalsRulesTakeWhatTheyKnow() {
        mails(desk);
        String lines = exported(desk, "");
        try (Desk original =
                new Desk(new OriginalRules(new RetryWindow(300, 43_200), new Retention(604_800)))) {
            assertThat(
                            original.say(
                                    "{\"command\":\"import\"}\n"
                                            + lines
                                            + "{\"line\":\"J 1 x\"}\n"))
                    .contains("\"malformed\":1", "line: 'J 1 x' is no line of a save file")
                    .contains("\"left_out\":");
            assertThat(original.say("{\"command\":\"list\"}\n"))
                    .contains("\"client\":\"192.0.2.1\"")
                    .doesNotContain("/64", "host-sender");
        }
    }

    /// They remember whatever text asks over UDP, and an empty recipient.
    @Test
    void theOriginalsRulesTakeAllThatTheyHaveRemembered() {
        List<String> remembered =
                List.of(
                        "{\"line\":\"I 1700000000 mx-a\"}",
                        "{\"line\":\"G 1699999500 mx-b a@b c@d\"}",
                        "{\"line\":\"G 1699999500 192.0.2.1 a@b \"}");
        String all = "{\"command\":\"import\"}\n" + String.join("\n", remembered) + "\n";
        try (Desk original =
                new Desk(new OriginalRules(new RetryWindow(300, 43_200), new Retention(604_800)))) {
            assertThat(original.say(all)).contains("\"remembered\":3,\"malformed\":0");
            assertThat(exported(original, "").lines())
                    .containsExactlyInAnyOrderElementsOf(remembered);
            original.ask("192.0.2.1", "a@b", "");
            assertThat(exported(original, "")).contains("I 1700000000 192.0.2.1");
        }
        assertThat(desk.say(all))
                .contains("\"remembered\":1,\"malformed\":2", "'mx-a' is no IP address");
    }

    /// As `greyctl` sends what the original has written.
    @Test
    void aTripletMayHaveAnEmptyRecipient() {
        String triplet =
                "{\"client\":\"192.0.2.1\",\"sender\":\"a@b\",\"recipient\":\"\","
                        + "\"first_seen\":1699999500}\n";
        assertThat(desk.say("{\"command\":\"import\"}\n" + triplet))
                .contains("\"remembered\":1,\"malformed\":0");
        assertThat(exported(desk, "")).contains("{\"line\":\"G 1699999500 192.0.2.1 a@b \"}");
    }

    @Test
    void theEmptySenderIsTheNullSenderAndNoRecipientIsEmpty() {
        mails(desk);
        String ofNobody = ",\"sender\":\"\"}\n";
        assertThat(desk.say("{\"command\":\"list\"" + ofNobody))
                .contains("\"sender\":\"\"", "\"entries\":1}")
                .doesNotContain("alice", "proven");
        assertThat(desk.say("{\"command\":\"forget\"" + ofNobody)).contains("\"entries\":1}");
        assertThat(desk.say("{\"command\":\"list\"}\n")).contains("alice", "proven");
        assertThat(desk.say("{\"command\":\"forget\",\"recipient\":\"\"}\n"))
                .contains("recipient: it is empty");
    }
}
