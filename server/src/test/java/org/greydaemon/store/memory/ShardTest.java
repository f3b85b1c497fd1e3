package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.OneShard.name;
import static org.greydaemon.store.memory.OneShard.network;
import static org.greydaemon.store.memory.Site.LIFETIMES;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.Seed;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.Name;
import org.greydaemon.store.Store;
import org.greydaemon.system.PagePool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

final class ShardTest {

    private final Shares shares = new Shares(3);
    private final KeyHash hash = new KeyHash(1, 2);
    private final PagePool pages = new PagePool();
    private final Shard shard =
            new Shard(
                    hash,
                    new JournalBuffer(() -> 0), // Nobody takes from it.
                    shares,
                    pages,
                    new ReentrantLock());

    @AfterEach
    void freeMemory() {
        shard.close();
        pages.close();
    }

    /// Keeps what a walk shows.
    private static final class Seen implements Store.Visitor {
        final Map<Name, Long> times = new HashMap<>();
        final Map<Name, Integer> visits = new HashMap<>();
        Runnable meanwhile = () -> {};

        @Override
        public void entry(Key key, long time) {
            meanwhile.run();
            times.put(Name.of(key), time);
            visits.merge(Name.of(key), 1, Integer::sum);
        }
    }

    private void remember(Name name, long time) {
        Key key = name.key();
        shard.step(key, (int) hash.hash(key), network(name), (seen, now) -> now, time, Origin.HERE);
    }

    private long time(Name name) {
        Key key = name.key();
        return shard.step(
                key, (int) hash.hash(key), network(name), (seen, now) -> seen, START, Origin.HERE);
    }

    private void walk(long now, Seen seen) {
        ShardWalks.Walk walk = shard.walks().walk();
        Unreturned unreturned = new Unreturned(shares, now);
        while (walk.next(LIFETIMES, now, seen, unreturned)) {}
    }

    /// Else explaining a triplet would keep it in a full store as if its sender had come back.
    @Test
    void aLookIsNoRetry() {
        Name triplet = Name.triplet("client", "sender", "recipient");
        remember(triplet, START);
        Key key = triplet.key();
        long network = network(triplet);
        assertThat(
                        shard.step(
                                key,
                                (int) hash.hash(key),
                                network,
                                Rule.LOOK,
                                START + 9,
                                Origin.HERE))
                .isEqualTo(START);
        assertThat(shares.weight(Standing.RETRIED, network, Shares.NETWORK)).isZero();
        remember(triplet, START);
        assertThat(shares.weight(Standing.RETRIED, network, Shares.NETWORK)).isPositive();
    }

    /// Else whoever has a domain that SPF speaks well of keeps what nobody came back for.
    @Test
    void aTripletThatLeavesItToAWiderOneToTellIsNoRetry() {
        Name triplet = Name.triplet("client", "sender", "recipient");
        Key key = triplet.key();
        long network = network(triplet);
        Rule first = (_, now) -> Entry.of(now, Entry.FIRST | Entry.MESSAGE);
        Rule tellsNoMore = (seen, _) -> Entry.of(Entry.time(seen), 0);
        for (Rule rule : List.of(first, tellsNoMore)) {
            shard.step(key, (int) hash.hash(key), network, rule, START, Origin.HERE);
        }
        assertThat(shares.weight(Standing.RETRIED, network, Shares.NETWORK)).isZero();
        Rule again = (seen, _) -> Entry.of(Entry.time(seen), 0);
        shard.step(key, (int) hash.hash(key), network, again, START, Origin.HERE);
        assertThat(shares.weight(Standing.RETRIED, network, Shares.NETWORK)).isPositive();
    }

    @Test
    void walkVisitsEachEntryOnce() {
        Map<Name, Long> model = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            remember(name(i), START + i);
            model.put(name(i), START + i);
        }
        for (int i = 0; i < 3; i++) {
            Seen seen = new Seen();
            walk(START, seen);
            assertThat(seen.times).isEqualTo(model);
            assertThat(seen.visits.values()).containsOnly(1);
        }
    }

    @Test
    void walkShowsWhatIsKnownAndForgetsWhatNobodyNeeds() {
        Name unsaved = Name.triplet("c", "late", "r");
        Name expired = Name.triplet("c", "expired", "r");
        Name client = Name.client("c");
        Name quiet = Name.client("quiet");
        long now = START + LIFETIMES.client();
        remember(unsaved, now - LIFETIMES.tripletWindow());
        remember(expired, now - LIFETIMES.triplet());
        remember(client, now - LIFETIMES.client() + 1);
        remember(quiet, now - LIFETIMES.client());
        Seen seen = new Seen();
        walk(now, seen);
        assertThat(seen.times).containsOnlyKeys(client);
        assertThat(time(unsaved)).isNotEqualTo(Memory.NEVER);
        assertThat(time(expired)).isEqualTo(Memory.NEVER);
        assertThat(time(quiet)).isEqualTo(Memory.NEVER);
        assertThat(shares.entries()).isEqualTo(2);
    }

    @Tag("long")
    @Test
    void walkIsRightWhileOthersGoOn() {
        long seed = Seed.next();
        Random random = new Random(seed);
        Map<Name, Long> model = new HashMap<>();
        for (int round = 0; round < 60; round++) {
            // Names that are there when the walk begins and at no time were not.
            Set<Name> stable = new HashSet<>(model.keySet());
            Seen seen = new Seen();
            Runnable changes =
                    () -> {
                        for (int i = random.nextInt(200); i > 0; i--) {
                            change(random, name(random.nextInt(3_000)), model, stable);
                        }
                    };
            seen.meanwhile =
                    () -> {
                        if (random.nextInt(300) == 0) {
                            changes.run();
                        }
                    };
            ShardWalks.Walk walk = shard.walks().walk();
            Unreturned unreturned = new Unreturned(shares, START);
            do {
                changes.run();
            } while (walk.next(LIFETIMES, START, seen, unreturned));
            String label = "-Dseed=%d, round %d".formatted(seed, round);
            assertThat(seen.visits.keySet()).as(label).containsAll(stable);
            assertThat(seen.visits).as(label).doesNotContainValue(2);
            assertThat(shares.entries()).as(label).isEqualTo(model.size());
            assertThat(shares.weight()).as(label).isEqualTo(model.size());
        }
        List<Name> wrong = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            if (time(name(i)) != model.getOrDefault(name(i), Memory.NEVER)) {
                wrong.add(name(i));
            }
        }
        assertThat(wrong).as("-Dseed=%d", seed).isEmpty();
    }

    private void change(Random random, Name name, Map<Name, Long> model, Set<Name> stable) {
        switch (random.nextInt(3)) {
            case 0 -> {
                remember(name, START + random.nextInt(100));
                model.put(name, time(name));
            }
            case 1 -> {
                shard.unload(name.key(), (int) hash.hash(name.key()), Long.MAX_VALUE);
                model.remove(name);
                stable.remove(name);
            }
            default -> time(name); // Makes it a retried one.
        }
    }
}
