package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
        return pools.numberOf(() -> network(address), LearnedPools::alias, memory, T0 + 6);
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
        assertThat(Entry.time(entry(A))).isEqualTo(T0 + 2);
        assertThat(number(A)).isPositive().isEqualTo(number(B));
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
        assertThat(number(C)).isEqualTo(first);
        assertThat(number(B)).isEqualTo(first);
        assertThat(number(A)).isEqualTo(first);
    }

    /// In whichever order it is found out, and whatever their numbers are: who is one stays one.
    @ParameterizedTest
    @CsvSource({
        "AB BC CD", "AB CD BC", "BC AB CD", "BC CD AB", "CD AB BC", "CD BC AB", "AB CD AC",
        "AB AC AD", "CD AB DB", "DC BA AD", "AC BD AB", "AD BC DB", "AB BC AC", "AC AB BC",
    })
    void nobodyLeavesBecauseAnotherJoins(String pairs) {
        for (int i = 0; i < 64; i++) {
            memory.forgetAll();
            List<Set<String>> expected = new ArrayList<>();
            for (String pair : pairs.split(" ", -1)) {
                String one = "10." + pair.charAt(0) % 16 + "." + i + ".0";
                String other = "10." + pair.charAt(1) % 16 + "." + i + ".0";
                finished(one, other, 1, T0);
                finished(one, other, 2, T0);
                join(expected, one, other);
                for (Set<String> pool : expected) {
                    assertThat(pool).extracting(this::number).doesNotContain(0);
                    assertThat(pool.stream().map(this::number).distinct()).hasSize(1);
                }
                assertThat(expected.stream().map(pool -> number(pool.iterator().next())))
                        .doesNotHaveDuplicates();
            }
        }
    }

    private static void join(List<Set<String>> pools, String one, String other) {
        Set<String> joined = new HashSet<>(Set.of(one, other));
        pools.stream()
                .filter(pool -> pool.contains(one) || pool.contains(other))
                .forEach(joined::addAll);
        pools.removeIf(joined::containsAll);
        pools.add(joined);
    }

    /// Neither is it asked about for long, nor forgotten before those who still have the number.
    @Test
    void aNumberLeadsToTheOtherAsLongAsItIsUsed() {
        String[] all = {"10.1.0.0", "10.2.0.0", "10.3.0.0", "10.4.0.0"};
        for (int i = 0; i < 4; i += 2) {
            finished(all[i], all[i + 1], 1, T0);
            finished(all[i], all[i + 1], 2, T0);
        }
        finished(all[1], all[2], 1, T0);
        finished(all[1], all[2], 2, T0);
        for (String one : all) {
            assertThat(pools.numberOf(() -> network(one), LearnedPools::alias, memory, T0 + 999))
                    .isPositive();
        }
        Set<Integer> marks = new HashSet<>();
        for (String one : all) {
            marks.add(Entry.mark(entry(one)));
        }
        assertThat(marks).as("each has taken it").hasSize(1);
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

    /// So much an attempt looks at, at most (docs/architecture.md, limits): from number to number.
    @Test
    void eightNumbersAreFollowed() {
        Map<Integer, Integer> aliases = new HashMap<>();
        for (int number = 20; number > 1; number--) {
            int smaller = number - 1;
            aliases.put(number, smaller);
            memory.step(LearnedPools.alias(number), (_, at) -> Entry.of(at, smaller), T0);
        }
        memory.step(network(A), (_, at) -> Entry.of(at, 20), T0);
        assertThat(number(A)).isEqualTo(12);
        assertThat(number(A)).as("and then goes on").isEqualTo(4);
        assertThat(number(A)).isEqualTo(1);
        assertThat(LearnedPools.followed(20, aliases)).isEqualTo(12);
        assertThat(LearnedPools.followed(5, aliases)).isEqualTo(1);
        assertThat(LearnedPools.followed(21, aliases)).as("it leads nowhere").isEqualTo(21);
        assertThat(LearnedPools.followed(7, Map.of(7, 7, 8, 9))).isEqualTo(7);
        assertThat(LearnedPools.followed(8, Map.of(8, 9))).as("no larger one").isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0x12_3456, Entry.MARK_MAX >> 1})
    void anAliasStandsForItsNumberAndIsNoRealNetwork(int number) {
        long high = LearnedPools.alias(number).networkHigh();
        assertThat(LearnedPools.isAlias(high)).isTrue();
        assertThat(LearnedPools.aliasOf(high)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0", "2001:db8:7::", "2001:100::", "ff:ffff::", "200::"})
    void aRealNetworkIsNoAlias(String address) {
        assertThat(LearnedPools.isAlias(network(address).networkHigh())).isFalse();
    }

    /// Nobody can choose it, and few pools have that of another (two of a thousand: one in eight).
    @Test
    void eachPoolHasANumberOfItsOwn() {
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            String ipv4 = i / 256 + "." + i % 256 + ".0";
            String ipv6 = ":db8:" + Integer.toHexString(i) + "::";
            numbers.add(numberOfBoth("10." + ipv4, "11." + ipv4));
            numbers.add(numberOfBoth("2001" + ipv6, "2002" + ipv6));
        }
        assertThat(numbers).hasSizeGreaterThan(990);
    }

    private int numberOfBoth(String one, String other) {
        finished(one, other, 1, T0);
        finished(one, other, 2, T0);
        return number(one);
    }

    /// Its name stands in save files: it is that of both networks, the smaller first. It counts as
    /// an entry of the second one.
    @ParameterizedTest
    @CsvSource({
        "192.0.2.0, 198.51.100.0, 192.0.2.0/24198.51.100.0/24",
        "198.51.100.0, 192.0.2.0, 192.0.2.0/24198.51.100.0/24",
        "2001:db8:7::, 192.0.2.0, 192.0.2.0/242001:db8:7::/48",
        "2001:db8:7::, 2001:db8:6::, 2001:db8:6::/482001:db8:7::/48",
    })
    void whatTwoHaveFinishedIsNamedByBoth(String first, String second, String name) {
        List<String> links = new ArrayList<>();
        Memory noting =
                (key, rule, at) -> {
                    if (key.kind() == Key.Kind.POOL_LINK) {
                        links.add(new String(key.bytes(), 0, key.length(), US_ASCII));
                        links.add(new IpAddress(key.networkHigh(), key.networkLow()).toString());
                    }
                    return memory.step(key, rule, at);
                };
        pools.finished(network(first), network(second), 1, noting, T0, () -> 0);
        assertThat(links).containsExactly(name, second);
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
