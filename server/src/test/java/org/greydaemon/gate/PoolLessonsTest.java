package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Identity;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.LearnedPools;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.decision.Suspects;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.identity.HostDomains;
import org.greydaemon.identity.Pools;
import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// Networks that finish each other's triplets count as one for triplets from then on.
final class PoolLessonsTest {
    private static final long DELAY = 240;
    private static final long DAY = 86_400;
    private static final long KEPT = 35 * DAY;
    private static final List<String> NAMES = List.of("mx.attack.example");
    private static final String BOB = "bob@example.net";

    // Three networks of a provider whose hosts have names of their customers, so that no name says
    // that they belong together.
    private static final String A = "192.0.2.1";
    private static final String B = "198.51.100.1";
    private static final String C = "2001:db8:c::1";

    private final MapStore store = new MapStore();
    private final Attempt attempt = new Attempt(8192, 10);
    private final Decision decision = new Decision(10);
    private long now = 1_700_000_000;
    private Gate gate = gate(24, 48);

    private Gate gate(int ipv4Length, int ipv6Length) {
        Identification who =
                new Identification(
                        ipv4Length,
                        ipv6Length,
                        new HostDomains(PublicSuffixes.load(List.of()), Pools.builtIn()),
                        true,
                        '+',
                        false);
        return new Gate(
                new Gate.Terms(
                        Exemptions.NONE,
                        new ModernRules(
                                new RetryWindow(DELAY, DAY),
                                new Retention(KEPT),
                                who,
                                new Suspects(1800, 6, 3600, 3, Set.of())),
                        (_, _, _) -> {}),
                store,
                new Tally(new Metrics(), () -> 0),
                HostNames.NONE,
                SpfChecks.NONE);
    }

    private Reason ask(String client, String sender, String recipient) {
        String name = "mx.customer" + client.hashCode() % 1000 + "x.example";
        return ask(client, List.of(name.replace("-", "m")), sender, recipient);
    }

    private Reason ask(String client, List<String> names, String sender, String recipient) {
        attempt.start(new Source(Protocol.POLICY));
        attempt.client(client.getBytes(ISO_8859_1), 0, client.length());
        attempt.sender(sender.getBytes(ISO_8859_1), 0, sender.length());
        attempt.recipient(recipient.getBytes(ISO_8859_1), 0, recipient.length());
        attempt.evidence().hosts(names);
        assertThat(gate.judge(attempt, now, decision)).isTrue();
        return decision.reason();
    }

    /// Mail that begins in one network and comes again from another one in time.
    private void finishes(String first, String second, String sender) {
        assertThat(ask(first, sender, BOB)).isIn(Reason.NEW, Reason.LATE);
        now += 300;
        assertThat(ask(second, sender, BOB)).isIn(Reason.NEW, Reason.LATE, Reason.PASSED);
        now += DAY; // What waited is over.
    }

    /// Of a number that leads to another one.
    private static boolean isAlias(Key key) {
        return LearnedPools.isAlias(key.networkHigh());
    }

    private Set<String> networks() {
        Set<String> found = new TreeSet<>();
        store.visit((key, entry) -> {
            if (key.kind() == Key.Kind.POOL_NETWORK && !isAlias(key)) {
                found.add(new String(key.bytes(), 0, key.length(), ISO_8859_1));
            }
        });
        return found;
    }

    @Test
    void twoSendersMakeThemOne() {
        finishes(A, B, "alice@one.example");
        assertThat(networks()).isEmpty();
        finishes(B, A, "carol@two.example");
        assertThat(networks()).containsExactly("192.0.2.0/24", "198.51.100.0/24");
        assertThat(ask(A, "dave@three.example", BOB)).isEqualTo(Reason.NEW);
        now += DELAY - 1;
        assertThat(ask(B, "dave@three.example", BOB)).isEqualTo(Reason.EARLY);
        now += 1;
        assertThat(ask("198.51.100.77", "dave@three.example", BOB)).isEqualTo(Reason.PASSED);
        assertThat(decision.identity()).isEqualTo(Identity.LEARNED_POOL);
    }

    @Test
    void oneSenderTwiceTeachesNothing() {
        for (int i = 0; i < 5; i++) {
            finishes(A, B, "alice@one.example");
        }
        assertThat(networks()).isEmpty();
    }

    @Test
    void aThirdNetworkJoinsAndPoolsBecomeOne() {
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        finishes(C, B, "dave@three.example");
        finishes(B, C, "erin@four.example");
        assertThat(networks())
                .containsExactly("192.0.2.0/24", "198.51.100.0/24", "2001:db8:c::/48");
        assertThat(ask(C, "frank@five.example", BOB)).isEqualTo(Reason.NEW);
        now += 300;
        assertThat(ask(A, "frank@five.example", BOB)).isEqualTo(Reason.PASSED);
    }

    @Test
    void aRetryTooEarlyOrTooLateTeachesNothing() {
        for (String sender : List.of("alice@one.example", "carol@two.example", "x@y.example")) {
            ask(A, sender, BOB);
            now += DELAY - 1;
            ask(B, sender, BOB);
            now += DAY;
            ask(C, sender, BOB);
            now += DAY;
        }
        assertThat(networks()).isEmpty();
    }

    /// Bots of one net try again from many networks, too.
    @Test
    void suspectsTeachNothingAndLearnNothing() {
        for (List<String> names : List.of(List.<String>of(), List.of("p1.dyn.isp.example"))) {
            for (String sender : List.of("alice@one.example", "carol@two.example")) {
                ask(A, names, sender, BOB);
                now += 3600;
                ask(B, sender, BOB); // Only one of the two is suspect.
                now += 300;
                ask(C, names, sender, BOB);
                now += DAY;
            }
        }
        assertThat(networks()).doesNotContain("192.0.2.0/24", "2001:db8:c::/48");
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        ask(A, "dave@three.example", BOB);
        now += 3600;
        assertThat(ask(B, List.of(), "dave@three.example", BOB)).isEqualTo(Reason.NEW);
    }

    @Test
    void bouncesTeachNothing() {
        for (int i = 0; i < 3; i++) {
            ask(A, "", i + BOB);
            now += 300;
            ask(B, "", i + BOB);
        }
        assertThat(networks()).isEmpty();
    }

    /// Who sends by two providers is no link between them.
    @Test
    void mailThatHasPassedIsNobodysToFinish() {
        for (String sender : List.of("alice@one.example", "carol@two.example")) {
            ask(A, List.of(), sender, BOB);
            now += 1800;
            assertThat(ask(A, List.of(), sender, BOB)).isEqualTo(Reason.PASSED);
            now += 300;
            ask(B, sender, BOB);
            now += DAY;
        }
        assertThat(networks()).isEmpty();
    }

    @Test
    void aPoolThatNobodyUsesIsForgotten() {
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        now += KEPT;
        ask(A, "dave@three.example", BOB);
        now += 300;
        assertThat(ask(B, "dave@three.example", BOB)).isEqualTo(Reason.NEW);
    }

    @Test
    void whereEachAddressIsForItselfNoNetworksAreLearned() {
        gate = gate(32, 64);
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        assertThat(networks()).isEmpty();
    }

    @Test
    void thereIsAnEndOfThem() {
        for (int i = 0; i < 4095; i++) {
            Key key = new Key();
            byte[] name = ("10." + i / 256 + "." + i % 256 + ".0/24").getBytes(ISO_8859_1);
            key.named(Key.Kind.POOL_NETWORK, name, 0, name.length);
            store.step(key, (_, at) -> Entry.of(at, 1), now);
        }
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        assertThat(networks()).hasSize(4095).doesNotContain("192.0.2.0/24");
        assertThat(gate.poolsNotLearned()).isOne();
    }

    /// The owner of a /32 has 65,536 networks, and room for others is left.
    @Test
    void oneOwnerHasASixteenthOfThem() {
        for (int i = 0; i < 200; i++) {
            String one = "2001:db8:" + Integer.toHexString(2 * i + 1) + "::1";
            String other = "2001:db8:" + Integer.toHexString(2 * i + 2) + "::1";
            finishes(one, other, "alice@one" + i + ".example");
            finishes(one, other, "carol@two" + i + ".example");
            now -= 2 * (DAY + 300); // All of it on one day.
        }
        assertThat(networks()).hasSize(PoolLessons.OF_OWNER_MAX);
        assertThat(gate.poolsNotLearned()).isPositive();
        finishes(A, B, "alice@three.example");
        finishes(A, B, "carol@four.example");
        assertThat(networks()).contains("192.0.2.0/24", "198.51.100.0/24");
    }

    /// Somebody with names, networks and senders of his own who knows all of this: what he has
    /// learned to be one lets him finish his own mail after the whole wait, which he could do from
    /// each network alone, and nobody's mail passes earlier than it may.
    @Tag("long")
    @Test
    void anAttackerPassesNothingThatHasNotWaited() {
        Random random = new Random(1);
        List<String> own = List.of(A, B, C, "203.0.113.9", "198.18.7.7");
        Map<String, List<Long>> asked = new HashMap<>();
        long passed = 0;
        for (int i = 0; i < 2_000; i++) {
            now += random.nextInt(500);
            String sender = "s" + (char) ('a' + random.nextInt(5)) + "@attack.example";
            String recipient = (char) ('a' + random.nextInt(5)) + "x@example.net";
            Reason reason = ask(own.get(random.nextInt(own.size())), NAMES, sender, recipient);
            List<Long> before = asked.computeIfAbsent(sender + recipient, _ -> new ArrayList<>());
            if (reason == Reason.PASSED) {
                passed++;
                assertThat(before).anyMatch(time -> now - time >= DELAY && now - time < DAY);
                forgetProven();
            }
            before.add(now);
        }
        assertThat(passed).isPositive();
        List<String> others = new ArrayList<>(networks());
        others.removeAll(
                List.of(
                        "192.0.2.0/24",
                        "198.51.100.0/24",
                        "2001:db8:c::/48",
                        "203.0.113.0/24",
                        "198.18.7.0/24"));
        assertThat(others).isEmpty();
    }

    /// So that each mail shows what triplets alone let pass.
    private void forgetProven() {
        List<Key> proven = new ArrayList<>();
        store.visit((key, _) -> {
            if (key.kind() == Key.Kind.CLIENT || key.kind() == Key.Kind.HOST_SENDER) {
                proven.add(key);
            }
        });
        proven.forEach(new Ledger(gate)::drop);
    }
}
