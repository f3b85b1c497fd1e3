package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayDeque;
import java.util.Queue;

/// Who has how many networks that were learned, when the store says it and not before.
final class PoolOwnersTest {
    private static final long KEPT = 35 * 86_400;
    private static final Lifetimes LIFETIMES = new Lifetimes(86_400, 86_400, KEPT, 600);
    private static final int MAX = PoolOwners.OF_OWNER_MAX;

    // Owners, by the first 64 bits of their /32.
    private static final long ONE = 0x2001_0db8_0000_0000L;
    private static final long TWO = 0x2001_0db9_0000_0000L;
    private static final long IPV4 = 0;

    private final MapStore store = new MapStore();
    private final Queue<Runnable> counts = new ArrayDeque<>();
    private final PoolOwners owners = new PoolOwners(store, counts::add);
    private long now = 1_700_000_000;

    private void know(String network, long time) {
        Key key = new Key();
        byte[] name = network.getBytes(ISO_8859_1);
        key.named(Key.Kind.POOL_NETWORK, name, 0, name.length);
        store.step(key, (_, _) -> time < 0 ? Memory.NEVER : Entry.of(time, 1), now);
    }

    /// The store knows /48s of 2001:db8::/32.
    private void knowOfOne(int from, int to) {
        for (int i = from; i < to; i++) {
            know("2001:db8:" + Integer.toHexString(i) + "::/48", now);
        }
    }

    private static long network(long owner, int i) {
        return owner | (long) i << 16;
    }

    private long take(long one, long other) {
        return owners.take(one, other, LIFETIMES, now);
    }

    /// Places for two networks, after those that are learned were counted.
    private long counted(long one, long other) {
        assertThat(take(one, other)).isEqualTo(PoolOwners.NOT_COUNTED);
        assertThat(counts).hasSize(1);
        counts.remove().run();
        return take(one, other);
    }

    @Test
    void whileNobodyCanHaveTooManyNothingIsCounted() {
        knowOfOne(0, MAX - 2);
        assertThat(take(network(ONE, 1000), network(ONE, 1001))).isEqualTo(MAX - 2);
        assertThat(counts).isEmpty();
    }

    @Test
    void theyAreCountedOnceAndNothingIsLearnedMeanwhile() {
        knowOfOne(0, MAX - 1);
        assertThat(take(network(TWO, 0), network(TWO, 1))).isEqualTo(PoolOwners.NOT_COUNTED);
        assertThat(counted(network(TWO, 0), network(TWO, 1))).isEqualTo(MAX - 1);
        assertThat(counts).isEmpty();
    }

    /// A /16 has 256 of them, and no owner has more.
    @Test
    void nobodyCountsForIpv4() {
        knowOfOne(0, 2 * MAX);
        assertThat(take(IPV4, IPV4)).isEqualTo(2 * MAX);
        assertThat(counts).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "254, 1000, 1001, true",
        "255, 1000, 1001, false", // Two more would be one too many.
        "255, 1000,    3, true",
        "255,    3, 1000, true",
        "256, 1000,    3, false",
        "256,    3, 1000, false",
        "256,    3,    4, true", // They turn out to be one, and are not more.
        "300,    3,    4, true", // As another host has learned some.
    })
    void thereAreAsManyPlacesAsOneOwnerMayHave(int known, int one, int other, boolean isRoom) {
        knowOfOne(0, known);
        know("192.0.2.0/24", now);
        assertThat(counted(network(ONE, one), network(ONE, other)))
                .isEqualTo(isRoom ? known + 1 : PoolOwners.FULL);
    }

    @Test
    void whoWasRefusedHasTakenNoPlace() {
        knowOfOne(0, MAX - 1);
        assertThat(counted(network(ONE, 1000), network(ONE, 1001))).isEqualTo(PoolOwners.FULL);
        assertThat(take(network(ONE, 1000), IPV4)).isEqualTo(MAX - 1);
        assertThat(take(network(ONE, 1001), IPV4)).isEqualTo(PoolOwners.FULL);
        assertThat(take(IPV4, network(ONE, 1001))).isEqualTo(PoolOwners.FULL);
        assertThat(take(network(ONE, 1000), IPV4)).as("its own is taken").isEqualTo(MAX - 1);
    }

    @Test
    void othersHavePlacesOfTheirOwn() {
        knowOfOne(0, MAX);
        assertThat(counted(network(ONE, 1), network(TWO, 1))).isEqualTo(MAX);
        assertThat(take(network(TWO, 2), network(ONE - (1L << 32), 0xffff))).isEqualTo(MAX);
        assertThat(take(network(TWO, 3), network(ONE, 1000))).isEqualTo(PoolOwners.FULL);
    }

    @Test
    void whatIsForgottenOrIsNoNetworkTakesNoPlace() {
        knowOfOne(2, MAX);
        know("2001:db8:fff::/48", now - KEPT);
        know("100:0:7::/48", now); // An alias, see LearnedPools.
        know("192.0.2.0/24", now);
        assertThat(counted(network(ONE, 1000), network(ONE, 1001))).isEqualTo(MAX + 1);
        assertThat(take(network(ONE, 1002), IPV4)).isEqualTo(PoolOwners.FULL);
    }

    @Test
    void afterAnHourTheyAreCountedAnew() {
        knowOfOne(0, 300);
        assertThat(counted(network(ONE, 1000), IPV4)).isEqualTo(PoolOwners.FULL);
        for (int i = 0; i < 45; i++) {
            know("2001:db8:" + Integer.toHexString(i) + "::/48", -1);
        }
        now += PoolOwners.COUNTED_SECONDS - 1;
        assertThat(take(network(ONE, 1000), IPV4)).isEqualTo(PoolOwners.FULL);
        assertThat(counts).isEmpty();
        now += 1;
        assertThat(take(network(ONE, 1000), IPV4)).as("not yet").isEqualTo(PoolOwners.FULL);
        counts.remove().run();
        assertThat(take(network(ONE, 1000), IPV4)).isEqualTo(255);
        assertThat(counts).isEmpty();
        now -= 1; // A clock that is set back.
        take(network(ONE, 1000), IPV4);
        assertThat(counts).hasSize(1);
    }

    @Test
    void whatComesWhileTheyAreCountedCounts() {
        knowOfOne(0, 255);
        assertThat(counted(network(TWO, 1), IPV4)).isEqualTo(255);
        now += PoolOwners.COUNTED_SECONDS;
        assertThat(take(network(ONE, 1000), IPV4)).isEqualTo(255);
        counts.remove().run(); // It has not met the new one, which is learned only now.
        assertThat(take(network(ONE, 1001), IPV4)).isEqualTo(PoolOwners.FULL);
    }

    @Test
    void whatComesWhileThereAreFewCountsToo() {
        knowOfOne(0, 255);
        assertThat(take(network(ONE, 1000), IPV4)).isEqualTo(PoolOwners.NOT_COUNTED);
        know("2001:db8:3::/48", -1);
        assertThat(take(network(ONE, 1000), network(ONE, 1001))).isEqualTo(254);
        counts.remove().run();
        know("192.0.2.0/24", now);
        assertThat(take(network(ONE, 1002), IPV4)).isEqualTo(PoolOwners.FULL);
    }

    @Test
    void whenThereWereFewInBetweenTheyAreCountedAnew() {
        knowOfOne(0, 255);
        assertThat(counted(network(ONE, 1000), IPV4)).isEqualTo(255);
        know("2001:db8:3::/48", -1);
        assertThat(take(network(TWO, 1), network(TWO, 2))).isEqualTo(254);
        know("2001:db8:3::/48", now);
        assertThat(take(network(TWO, 1), IPV4)).isEqualTo(PoolOwners.NOT_COUNTED);
    }
}
