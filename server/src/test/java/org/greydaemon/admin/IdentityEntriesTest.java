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
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

/// What the operator sees and forgets of a client's identities.
final class IdentityEntriesTest {
    private static final String ALICE = "alice@sender.example";
    private static final String BOB = "bob@example.net";

    private final Desk desk =
            new Desk(
                    new ModernRules(
                            new RetryWindow(300, 43_200),
                            new Retention(604_800),
                            new Identification(
                                    24,
                                    48,
                                    new HostDomains(
                                            PublicSuffixes.load(List.of()),
                                            Pools.builtIn().with(List.of("pool.example"))),
                                    true,
                                    '+',
                                    false),
                            new Suspects(1800, 6, 3600, 3, Set.of())));

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
}
