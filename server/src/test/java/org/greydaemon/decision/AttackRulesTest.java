package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.BOB;
import static org.greydaemon.decision.IdentityScene.DELAY;
import static org.greydaemon.decision.IdentityScene.HAMMERED;
import static org.greydaemon.decision.IdentityScene.T0;

import org.greydaemon.decision.IdentityScene.Client;
import org.greydaemon.net.ClientNetwork;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody who has names, networks and SPF records of his own, and knows who writes to whom: what
/// he cannot do to others' mail, and not get for himself.
final class AttackRulesTest {
    private static final String VICTIM = "alice@victim.example";

    /// The victim's mail begins at one of its provider's hosts and comes again from another one.
    private static final Client FIRST = Client.named("192.0.2.1", "mx1.provider.example");

    private static final Client SECOND = Client.named("198.51.100.9", "mx2.provider.example");

    private final IdentityScene scene = new IdentityScene();

    private void hammer(long now, Client client) {
        for (int i = 0; i <= IdentityScene.SUSPECTS.hammer() + 1; i++) {
            scene.judge(now + 4L * i, client, VICTIM, BOB);
        }
    }

    /// Makes two networks one, as their mail does.
    private void learn(Client one, Client other) {
        for (String sender : new String[] {"a@one.example", "b@two.example"}) {
            IpAddress first = IpAddress.parse(one.address()).orElseThrow();
            scene.fill(other, sender, BOB);
            scene.judge(T0 - 1000);
            scene.rules()
                    .finished(
                            scene.attempt(),
                            ClientNetwork.high(first.high(), first.low()),
                            ClientNetwork.low(first.high(), first.low()),
                            scene.memory(),
                            T0 - 1000,
                            () -> 0);
        }
    }

    /// Who shares a network, a provider's domain, a pool or an SPF record with others tries their
    /// mail again and again, before they do: they wait no longer than they would.
    @ParameterizedTest
    @ValueSource(strings = {"network", "host", "spf", "learned pool"})
    void whoHammersForOthersHammersForHimselfOnly(String shared) {
        Client attacker;
        Client first = FIRST;
        Client second = SECOND;
        switch (shared) {
            case "network" -> {
                attacker = Client.named("192.0.2.66", "mx.attacker.example");
                first = Client.named("192.0.2.1", "a.alpha.example");
                second = Client.named("192.0.2.2", "b.beta.example");
            }
            case "host" -> attacker = Client.named("203.0.113.66", "mx.provider.example");
            case "spf" -> {
                attacker = Client.named("203.0.113.66", "mx.attacker.example").withSpf();
                first = Client.named("192.0.2.1", "a.alpha.example").withSpf();
                second = Client.named("198.51.100.9", "b.beta.example").withSpf();
            }
            default -> {
                attacker = Client.named("203.0.113.66", "mx.attacker.example");
                first = Client.named("192.0.2.1", "a.alpha.example");
                second = Client.named("198.51.100.9", "b.beta.example");
                learn(first, second);
                learn(second, attacker);
            }
        }
        hammer(T0, attacker);
        assertThat(scene.judge(T0 + 60, first, VICTIM, BOB)).isEqualTo(Reason.EARLY);
        assertThat(scene.judge(T0 + DELAY, attacker, VICTIM, BOB)).isEqualTo(Reason.EARLY);
        assertThat(scene.decide(T0 + DELAY, attacker, VICTIM, BOB).retryInSeconds())
                .isEqualTo(HAMMERED - DELAY);
        assertThat(scene.judge(T0 + 60 + DELAY, second, VICTIM, BOB)).isEqualTo(Reason.PASSED);
    }

    /// He waits as long as he would alone, though his other triplets are not marked.
    @Test
    void whoHammersIsNotHelpedByWhatHeSharesWithOthers() {
        hammer(T0, FIRST);
        assertThat(scene.judge(T0 + HAMMERED - 1, FIRST, VICTIM, BOB)).isEqualTo(Reason.EARLY);
        assertThat(scene.judge(T0 + HAMMERED, FIRST, VICTIM, BOB)).isEqualTo(Reason.PASSED);
    }

    /// Who announces 2001::/32, which nobody owns, is whom he likes in it: his are addresses of
    /// their own, each for itself, and nobody's IPv4 address.
    @ParameterizedTest
    @CsvSource({
        "2001:0:4136:e378:8000:63bf:3fff:fdfe",
        "2001::3fff:fdfe",
        "2001:0:cb00:7101:0:f227:3fff:fdfd",
    })
    void whoClaimsTheAddressOfAnotherByATunnelIsNotHim(String address) {
        scene.judge(T0, Client.named("192.0.2.1"), VICTIM, BOB);
        Client tunnelled = Client.named(address);
        assertThat(scene.judge(T0 + IdentityScene.SUSPECT, tunnelled, VICTIM, BOB))
                .isEqualTo(Reason.NEW);
        Client neighbour = Client.named(address.substring(0, address.length() - 1) + "9");
        assertThat(scene.judge(T0 + 2 * IdentityScene.SUSPECT, neighbour, VICTIM, BOB))
                .isEqualTo(Reason.NEW);
    }

    /// SPF is asked about the whole domain; what is compared must not be a part of it that is
    /// another's domain. The A-labels of a domain beyond ASCII are longer than what was said.
    @Test
    void aDomainThatIsCutIsNobodys() {
        String said = "@b\u00c3\u00bccher.example"; // Octets of UTF-8, a character each.
        String compared = "@xn--bcher-kva.example";
        scene.judge(T0, FIRST.withSpf(), "alice" + said, BOB);
        assertThat(scene.judge(T0 + DELAY, FIRST.withSpf(), "alice" + said, BOB))
                .isEqualTo(Reason.PASSED);
        assertThat(scene.judge(T0 + DELAY, SECOND.withSpf(), "bob" + said, BOB))
                .isEqualTo(Reason.KNOWN);
        int local = Key.ADDRESS_MAX - compared.length();
        String attackers = "ab.".repeat(local).substring(0, local) + said + ".a.io";
        assertThat(attackers.length()).isLessThan(Key.ADDRESS_MAX);
        Client attacker = Client.named("203.0.113.66", "mx.attacker.example").withSpf();
        assertThat(scene.judge(T0 + DELAY, attacker, attackers, BOB)).isEqualTo(Reason.NEW);
    }

    /// His own domain and his own host's domain, and no others' in any form of a sender.
    @ParameterizedTest
    @CsvSource({
        "prvs=1234abcdef=alice@victim.example@attacker.example",
        "srs0=hash=tt=victim.example=alice@attacker.example",
        "list+bob=example.net=alice@victim.example@attacker.example",
        "alice@victim.example.attacker.example",
        "alice@victim.example@attacker.example.",
        "'alice@attacker.example,alice@victim.example@attacker.example'",
        "victim.example",
        "@victim.example@attacker.example",
    })
    void noFormOfASenderIsOfTheVictimsDomain(String sender) {
        scene.judge(T0, FIRST.withSpf(), VICTIM, BOB);
        assertThat(scene.judge(T0 + DELAY, FIRST.withSpf(), VICTIM, BOB)).isEqualTo(Reason.PASSED);
        Client attacker = Client.named("203.0.113.66", "mx.attacker.example").withSpf();
        assertThat(scene.judge(T0 + DELAY, attacker, sender, BOB)).isEqualTo(Reason.NEW);
        assertThat(scene.judge(T0 + DELAY + 1, attacker, sender, "x@example.net"))
                .isEqualTo(Reason.NEW);
    }
}
