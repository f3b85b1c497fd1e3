package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Rules.Lifetimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Hosts that have learned pools on their own and then tell each other: what was one pool on any of
/// them is one on all, in whatever order they hear of it.
final class SharedPoolsTest {
    private static final long NOW = 1_000_000;
    private static final Lifetimes LIFETIMES = new Lifetimes(86_400, 172_800, 600_000, 900);
    private static final int HOSTS = 3;
    private static final int NETWORKS = 12;
    private static final int ROUNDS = 2_000;

    private final Random random = new Random(20_261_129);
    private final LearnedPools pools = new LearnedPools(new Retention(600_000));

    private static Key network(int number) {
        return named("192.0." + number + ".0/24");
    }

    private static Key named(String name) {
        Key key = new Key();
        byte[] text = name.getBytes(ISO_8859_1);
        key.named(Key.Kind.POOL_NETWORK, text, 0, text.length);
        return key;
    }

    /// Some networks of few, under a number that another host may have another pool for.
    private MapMemory host() {
        MapMemory host = new MapMemory();
        for (int pool = random.nextInt(4); pool > 0; pool--) {
            int number = 1 + random.nextInt(9);
            for (int i = 2 + random.nextInt(2); i > 0; i--) {
                merge(host, network(random.nextInt(NETWORKS)), Entry.of(NOW - i, number));
            }
        }
        return host;
    }

    private static void merge(MapMemory host, Key key, long entry) {
        long before = step(host, key, entry);
        LearnedPools.unite(before, entry, LIFETIMES, NOW, (its, also) -> step(host, its, also));
    }

    private static long step(MapMemory host, Key key, long entry) {
        return host.step(
                key, (seen, at) -> Merge.merged(key.kind(), seen, entry, LIFETIMES, at), NOW);
    }

    /// One hears all that another remembers.
    private void tell(MapMemory from, MapMemory to) {
        List<Map.Entry<String, Long>> all = new ArrayList<>(from.times().entrySet());
        Collections.shuffle(all, random);
        for (Map.Entry<String, Long> one : all) {
            String name = one.getKey().substring(one.getKey().indexOf(',') + 2);
            merge(to, named(name), one.getValue());
        }
    }

    private List<Integer> numbers(MapMemory host) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < NETWORKS; i++) {
            Key key = network(i);
            all.add(pools.numberOf(() -> key, LearnedPools::alias, host, NOW));
        }
        return all;
    }

    @Test
    void whatWasOnePoolOnAnyHostIsOneOnAll() {
        for (int round = 0; round < ROUNDS; round++) {
            List<MapMemory> hosts = new ArrayList<>();
            for (int i = 0; i < HOSTS; i++) {
                hosts.add(host());
            }
            List<List<Integer>> before = hosts.stream().map(this::numbers).toList();
            for (int i = 0; i < 4 * HOSTS; i++) {
                tell(hosts.get(random.nextInt(HOSTS)), hosts.get(random.nextInt(HOSTS)));
            }
            for (int i = 0; i < 2 * HOSTS; i++) {
                tell(hosts.get(i % HOSTS), hosts.get((i + 1) % HOSTS));
            }
            List<Integer> after = numbers(hosts.get(0));
            String what = "round " + round + ": " + before + " became " + after;
            assertThat(hosts).as(what).allMatch(host -> numbers(host).equals(after));
            before.forEach(numbers -> assertKept(what, numbers, after));
        }
    }

    /// Of how much is heard of one network.
    @Test
    void eightNumbersThatTurnOutToBeOneAreUnitedAtOnce() {
        List<String> merged = new ArrayList<>();
        LearnedPools.unite(
                Entry.of(NOW, 21),
                Entry.of(NOW, 20),
                LIFETIMES,
                NOW,
                (key, entry) -> {
                    merged.add(LearnedPools.aliasOf(key.networkHigh()) + "-" + Entry.mark(entry));
                    return Entry.of(NOW, Entry.mark(entry) - 1);
                });
        assertThat(merged)
                .startsWith("21-20", "20-19", "19-18")
                .endsWith("15-14", "14-13")
                .hasSize(8);
    }

    /// What nobody has used for so long is no pool any more, on whichever host.
    @ParameterizedTest
    @CsvSource({"599999, 0, 1", "600000, 0, 0", "0, 600000, 0", "0, 599999, 1"})
    void aPoolThatIsOverIsUnitedWithNone(long seen, long heard, int united) {
        List<Long> merged = new ArrayList<>();
        LearnedPools.unite(
                Entry.of(NOW - seen, 5),
                Entry.of(NOW - heard, 7),
                LIFETIMES,
                NOW,
                (_, entry) -> {
                    merged.add(entry);
                    return Memory.NEVER;
                });
        assertThat(merged).hasSize(united);
    }

    private static void assertKept(String what, List<Integer> before, List<Integer> after) {
        for (int one = 0; one < NETWORKS; one++) {
            for (int other = 0; other < one; other++) {
                if (before.get(one) != 0 && before.get(one).equals(before.get(other))) {
                    assertThat(after.get(one)).as(what).isEqualTo(after.get(other));
                }
            }
        }
    }
}
