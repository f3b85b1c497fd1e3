package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Identity;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Networks that finish each other's triplets count as one for triplets from then on.
final class PoolLessonsTest extends PoolsAsked {
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

    /// Bots' zones often do not answer, and anybody's can be made so.
    @Test
    void whomDnsDoesNotNameTeachesNothing() {
        for (String sender : List.of("alice@one.example", "carol@two.example")) {
            askUnnamed(A, sender);
            now += 300;
            askUnnamed(C, sender);
            now += DAY;
        }
        assertThat(networks()).isEmpty();
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        ask(A, "dave@three.example", BOB);
        now += 300;
        assertThat(askUnnamed(B, "dave@three.example"))
                .as("what others have taught holds while DNS is down")
                .isEqualTo(Reason.PASSED);
    }

    /// Without names of hosts nobody is told from a net of bots.
    @Test
    void whereNamesOfHostsSayNothingNobodyTeachesNorHasAPool() {
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        assertThat(networks()).hasSize(2);
        gate = gate(24, 48, null);
        ask(A, "dave@three.example", BOB);
        now += 300;
        assertThat(ask(B, "dave@three.example", BOB)).isEqualTo(Reason.NEW);
        now += DAY;
        finishes(A, C, "alice@one.example");
        finishes(A, C, "carol@two.example");
        assertThat(networks()).hasSize(2);
    }

    /// Mail that waits longer, by a line of the operator's, comes in time when that is over.
    @Test
    void whatIsInTimeTheMailsLineSays() {
        lines("greylist delay 2h recipient bob@example.net");
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        assertThat(networks()).isEmpty();
        lines("greylist delay 60s recipient bob@example.net");
        for (String sender : List.of("alice@one.example", "carol@two.example")) {
            ask(A, sender, BOB);
            now += 100;
            ask(B, sender, BOB);
            now += DAY;
        }
        assertThat(networks()).hasSize(2);
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
