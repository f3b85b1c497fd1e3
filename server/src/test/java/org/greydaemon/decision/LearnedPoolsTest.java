package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Networks that finish each other's mail become one.
final class LearnedPoolsTest {
    private static final long T0 = 1_700_000_000;
    private static final long RETENTION = 1000;
    private static final String A = "192.0.2.0";
    private static final String B = "198.51.100.0";
    private static final String C = "2001:db8:7::";

    private final LearnedPools pools = new LearnedPools(new Retention(RETENTION));
    private final MapMemory memory = new MapMemory();

    private static Key network(String address) {
        IpAddress its = IpAddress.parse(address).orElseThrow();
        Key key = new Key();
        LearnedPools.name(key, its.high(), its.low(), new byte[LearnedPools.TEXT_MAX]);
        return key;
    }

    /// @return whether they could not become one
    private boolean finished(String first, String second, int sender, long now) {
        return finished(first, second, sender, now, 0);
    }

    private boolean finished(String first, String second, int sender, long now, long networks) {
        return pools.finished(network(first), network(second), sender, memory, now, () -> networks);
    }

    private long entry(String address) {
        return memory.step(network(address), Rule.LOOK, T0);
    }

    private int number(String address) {
        return Entry.mark(entry(address));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.0, 192.0.2.0/24", "2001:db8:7::, 2001:db8:7::/48"})
    void aNetworkIsNamedByItsAddressAndLengthAndCountsAsItself(String address, String name) {
        Key key = network(address);
        assertThat(new String(key.bytes(), 0, key.length(), US_ASCII)).isEqualTo(name);
        assertThat(key.kind()).isEqualTo(Key.Kind.POOL_NETWORK);
        IpAddress its = IpAddress.parse(address).orElseThrow();
        assertThat(key.networkHigh()).isEqualTo(its.high());
        assertThat(key.networkLow()).isEqualTo(its.low());
    }

    @Test
    void mailOfTwoSendersMakesTwoNetworksOne() {
        assertThat(finished(A, B, 1, T0)).isFalse();
        assertThat(finished(A, B, 1, T0 + 1)).as("the same sender again").isFalse();
        assertThat(number(A)).isZero();
        assertThat(finished(B, A, 2, T0 + 2)).as("in either direction").isFalse();
        assertThat(number(A)).isPositive().isEqualTo(number(B));
        assertThat(Entry.time(entry(A))).isEqualTo(T0 + 2);
    }

    /// Else two times of one sender, years apart, were two senders.
    @ParameterizedTest
    @CsvSource({"999, true", "1000, false"})
    void aSenderIsRememberedAsLongAsAClient(long later, boolean counts) {
        finished(A, B, 1, T0);
        finished(A, B, 2, T0 + later);
        assertThat(number(A) != 0).isEqualTo(counts);
        finished(A, B, 2, T0 + later + 1);
        assertThat(number(A) != 0).as("the one sender again").isEqualTo(counts);
    }

    @Test
    void aThirdOneJoinsAndPoolsThatMeetBecomeOne() {
        finished(A, B, 1, T0);
        finished(A, B, 2, T0);
        int first = number(A);
        finished(B, C, 1, T0 + 5);
        finished(B, C, 2, T0 + 5);
        assertThat(number(C)).isEqualTo(number(B)).isLessThanOrEqualTo(first);
        // What the first one does not hear of now it hears when it finishes the next mail.
        finished(A, C, 1, T0 + 6);
        finished(A, C, 2, T0 + 6);
        assertThat(number(A)).isEqualTo(number(B)).isEqualTo(number(C));
    }

    @Test
    void whoIsOneAlreadyIsNotedNoMoreButKept() {
        finished(A, B, 1, T0);
        finished(A, B, 2, T0);
        int known = memory.times().size();
        assertThat(finished(A, B, 3, T0 + 500, LearnedPools.NETWORKS_MAX)).isFalse();
        assertThat(Entry.time(entry(A))).isEqualTo(T0 + 500);
        assertThat(Entry.time(entry(B))).isEqualTo(T0 + 500);
        assertThat(memory.times()).hasSize(known);
        assertThat(finished(A, B, 4, T0 + 1600)).as("quiet for too long").isFalse();
        assertThat(Entry.time(entry(A))).isEqualTo(T0 + 500);
    }

    @ParameterizedTest
    @CsvSource({"4094, false", "4095, true", "4096, true"})
    void thereAreNoMoreThanSoMany(long networks, boolean isFull) {
        assertThat(finished(A, B, 1, T0, networks)).as("one sender").isFalse();
        assertThat(finished(A, B, 2, T0, networks)).isEqualTo(isFull);
        assertThat(number(A) == 0).isEqualTo(isFull);
    }

    /// What two networks finish of each other is remembered once, of whichever it is said first.
    @Test
    void eachPairIsItsOwn() {
        finished(A, B, 1, T0);
        finished(B, A, 1, T0);
        assertThat(memory.times()).hasSize(1);
        finished(A, C, 2, T0);
        finished(C, B, 3, T0);
        assertThat(memory.times()).hasSize(3);
        assertThat(number(A) + number(B) + number(C)).isZero();
    }

    @Test
    void theNumberOfAPoolIsNeverThatOfNone() {
        for (int i = 0; i < 1000; i++) {
            String one = "10." + i / 256 + "." + i % 256 + ".0";
            finished(one, A, 1, T0);
            finished(one, A, 2, T0);
            assertThat(number(one)).isBetween(1, Entry.MARK_MAX);
        }
    }
}
