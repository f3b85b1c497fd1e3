package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How many networks are learned to be one, of all owners and of one.
@Timeout(60)
final class PoolBoundTest extends PoolsAsked {
    private int lessons;

    /// Mail of two senders makes them one, all of it on one day.
    private void join(String one, String other) {
        long began = now;
        String senders = senders();
        finishes(one, other, "alice@one" + senders);
        finishes(one, other, "carol@two" + senders);
        now = began;
    }

    private String senders() {
        return ++lessons + ".example";
    }

    /// The same until it is decided: while the networks of all owners are counted, nothing is
    /// learned.
    private void joinOrNot(String one, String other) {
        long refused = gate.poolsNotLearned();
        long learned = store.entries(Key.Kind.POOL_NETWORK);
        while (gate.poolsNotLearned() == refused
                && store.entries(Key.Kind.POOL_NETWORK) == learned) {
            join(one, other);
        }
    }

    private static String ipv6(int network) {
        return "2001:db8:" + Integer.toHexString(network) + "::1";
    }

    private void know(String network) {
        Key key = new Key();
        byte[] name = network.getBytes(ISO_8859_1);
        key.named(Key.Kind.POOL_NETWORK, name, 0, name.length);
        store.step(key, (_, at) -> Entry.of(at, 1), now);
    }

    @Test
    void thereIsAnEndOfThem() {
        for (int i = 0; i < 4095; i++) {
            know("10." + i / 256 + "." + i % 256 + ".0/24");
        }
        finishes(A, B, "alice@one.example");
        finishes(A, B, "carol@two.example");
        assertThat(networks()).hasSize(4095).doesNotContain("192.0.2.0/24");
        assertThat(gate.poolsNotLearned()).isOne();
    }

    /// The owner of a /32 has 65,536 networks, and room for others is left.
    @Test
    void oneOwnerHasASixteenthOfThem() {
        for (int i = 1; i < 256; i += 2) {
            joinOrNot(ipv6(i), ipv6(i + 1));
        }
        assertThat(networks()).hasSize(PoolOwners.OF_OWNER_MAX);
        assertThat(gate.poolsNotLearned()).isZero();
        joinOrNot(ipv6(1000), ipv6(1001));
        assertThat(networks()).hasSize(PoolOwners.OF_OWNER_MAX);
        assertThat(gate.poolsNotLearned()).isPositive();
        joinOrNot(A, B);
        assertThat(networks()).contains("192.0.2.0/24", "198.51.100.0/24");
    }

    @Test
    void aRestartGivesNobodyMore() {
        for (int i = 1; i <= PoolOwners.OF_OWNER_MAX; i++) {
            know("2001:db8:" + Integer.toHexString(i) + "::/48");
        }
        joinOrNot(ipv6(1000), ipv6(1001));
        assertThat(networks()).hasSize(PoolOwners.OF_OWNER_MAX);
        assertThat(gate.poolsNotLearned()).isPositive();
    }

    /// Each of them counts, not what it takes to join them.
    @Test
    void all256NetworksOfAnOwnerInIpv4AreLearned() {
        for (int i = 1; i < 256; i++) {
            join("10.7.0.1", "10.7." + i + ".1");
        }
        assertThat(networks()).hasSize(256);
        assertThat(gate.poolsNotLearned()).isZero();
    }

    @Test
    void oneNetworkThatIsLearnedWithManyOthersIsOneNetwork() {
        for (int i = 0; i < 300; i++) {
            joinOrNot(ipv6(7), "2001:" + Integer.toHexString(0x1000 + i) + ":1::1");
        }
        joinOrNot(ipv6(8), ipv6(9));
        assertThat(networks()).hasSize(303);
        assertThat(gate.poolsNotLearned()).isZero();
    }
}
