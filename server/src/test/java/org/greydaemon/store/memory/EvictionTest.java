package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// What goes, one by one, where all entries are so few that all are compared.
@Timeout(60)
final class EvictionTest {
    private static final long FRESH = 300;
    private static final long WINDOW = 3_600;
    private static final Lifetimes LIFETIMES = new Lifetimes(WINDOW, 7_200, 86_400, FRESH);

    private final OneShard one = new OneShard();

    @AfterEach
    void close() {
        one.close();
    }

    private Eviction eviction(int share) {
        return new Eviction(
                new Shard[] {one.shard},
                one.shares,
                share,
                1,
                LIFETIMES,
                new SplittableRandom(1),
                one.references);
    }

    private Name remember(String client, int number, long age) {
        Name name = Name.triplet(client, "a" + number + "@b.c", "d@e.f");
        one.remember(name, START - age);
        return name;
    }

    private List<Name> several(String client, int count, long age) {
        return IntStream.range(0, count).mapToObj(i -> remember(client, i, age)).toList();
    }

    private boolean isLeft(Name name) {
        return one.entry(name) != Memory.NEVER;
    }

    private long left(List<Name> names) {
        return names.stream().filter(this::isLeft).count();
    }

    private void toWeight(Eviction eviction, long bound) {
        eviction.toWeight(bound, 0, LIFETIMES, START, true);
        assertThat(one.shares.weight()).isEqualTo(bound);
    }

    @Test
    void theWorstGoesFirst() {
        Name fresh = remember("10.1.0.1", 0, 0);
        Name proven = Name.client("10.2.0.1");
        one.remember(proven, START - 80_000);
        Name older = remember("10.3.0.1", 0, 1);
        Name stale = remember("10.4.0.1", 0, FRESH);
        Name staler = remember("10.5.0.1", 0, FRESH + 1);
        Name retried = remember("10.5.1.1", 0, FRESH + 2);
        one.remember(retried, START - FRESH - 2);
        Name dead = remember("10.6.0.1", 0, WINDOW);
        List<Name> greedy = several("10.7.0.1", 5, 0);
        Eviction eviction = eviction(4);
        List<Name> order =
                List.of(
                        dead,
                        greedy.get(4), // The last: of equals any.
                        staler,
                        stale,
                        retried,
                        greedy.get(3),
                        greedy.get(2),
                        greedy.get(1),
                        older,
                        greedy.get(0));
        for (Name name : order) {
            assertThat(isLeft(name)).as("%s", name).isTrue();
            toWeight(eviction, one.shares.weight() - 1);
            if (!name.client().startsWith("10.7.")) {
                assertThat(isLeft(name)).as("%s", name).isFalse();
            }
        }
        assertThat(left(greedy)).isZero();
        assertThat(eviction.evicted()).isEqualTo(10);
        assertThat(eviction.evictedFresh()).isEqualTo(5);
        // The last triplet stays before what has proven itself.
        toWeight(eviction, 1);
        assertThat(isLeft(proven)).isFalse();
        toWeight(eviction, 0);
        assertThat(isLeft(fresh)).isFalse();
        assertThat(eviction.lastFresh()).isEqualTo(START);
    }

    /// The neighbour's are older, so they would go first by age.
    @Test
    void ofAGreedyNetworkTheHostWithMostGoesUntilItsNeighbourHasAsMuch() {
        List<Name> neighbour = several("10.1.1.2", 4, 9);
        List<Name> flood = several("10.1.1.1", 6, 0);
        for (int i = 0; i < 10; i++) {
            remember("10." + (10 + i) + ".0.1", i, 9);
        }
        toWeight(eviction(1), 15);
        assertThat(left(flood)).isEqualTo(3);
        assertThat(left(neighbour)).isEqualTo(2);
    }

    @Test
    void aShareIsKeptByTripletsOfTheNetworkAlone() {
        List<Name> before = several("10.1.2.1", 20, 900);
        List<Name> names = several("10.1.1.1", 20, 0);
        Name proven = Name.client("10.1.1.1");
        one.remember(proven, START - 80_000);
        Eviction eviction = eviction(1_000);
        eviction.toShare(OneShard.network(proven), 5, 2, LIFETIMES, START);
        assertThat(left(names)).isBetween(3L, 5L);
        assertThat(left(before)).isEqualTo(20);
        assertThat(isLeft(proven)).isTrue();
        assertThat(eviction.evicted()).isEqualTo(20 - left(names));
        assertThat(eviction.evictedFresh()).as("of those who had room").isZero();
    }

    @Test
    void hostsOfANetworkKeepTheShareAmongThemselves() {
        List<Name> neighbour = several("10.1.1.2", 4, 9);
        List<Name> flood = several("10.1.1.1", 8, 0);
        Eviction eviction = eviction(1_000); // Not greedy, but at the end of its room.
        eviction.toShare(OneShard.network(flood.getFirst()), 10, 0, LIFETIMES, START);
        assertThat(left(flood)).isEqualTo(6);
        assertThat(left(neighbour)).isEqualTo(4);
    }

    @Test
    void ofWhatIsDeadTheOldestGoesWhosever() {
        Name oldest = remember("10.1.1.2", 0, WINDOW + 1);
        Name dead = remember("10.1.1.1", 1, WINDOW);
        Name alsoDead = remember("10.1.1.1", 2, WINDOW);
        eviction(1_000).toShare(OneShard.network(dead), 2, 0, LIFETIMES, START);
        assertThat(left(List.of(oldest, dead, alsoDead))).isEqualTo(2);
        assertThat(isLeft(oldest)).isFalse();
    }

    @Test
    void aFullPoolIsComparedWhole() {
        List<Name> greedy = several("10.1.1.1", 254, 0);
        Name dead = remember("10.1.1.1", 254, WINDOW);
        greedy = List.of(greedy.getFirst(), remember("10.1.1.1", 255, 0));
        toWeight(eviction(1), 255);
        assertThat(isLeft(dead)).isFalse();
        assertThat(left(greedy)).isEqualTo(2);
    }

    @Test
    void theOneThatMayGoIsFoundAmongMany() {
        Name triplet = remember("10.1.1.1", 0, 0);
        for (int i = 0; i < 5_000; i++) {
            one.remember(Name.client("10.2." + i / 250 + "." + i % 250), START);
        }
        eviction(1_000).toShare(OneShard.network(triplet), 0, 0, LIFETIMES, START);
        assertThat(isLeft(triplet)).isFalse();
        assertThat(one.shares.weight()).isEqualTo(5_000);
    }

    /// A network looks larger than it is when it shares its counters with others.
    @Test
    void whereThereIsNothingToForgetNothingIs() {
        Name proven = Name.client("10.1.1.1");
        one.remember(proven, START);
        long network = OneShard.network(proven);
        one.shares.add(Standing.UNRETRIED, network, 5);
        Eviction eviction = eviction(1_000);
        eviction.toShare(network, 2, 0, LIFETIMES, START);
        assertThat(isLeft(proven)).isTrue();
        assertThat(eviction.evicted()).isZero();
    }

    @Test
    void nothingIsACandidateWhenNobodyChooses() {
        Records records = new Records(one.pages);
        int ref = records.append(Name.client("c").key(), 0, START);
        assertThat(new Candidates(one.shares, 1, LIFETIMES).consider(one.shard, ref, records))
                .isFalse();
    }

    @Test
    void aNarrowMissIsLeftToTheNextWhileAnotherChooses() {
        several("10.1.1.1", 12, 0);
        Eviction eviction = eviction(1_000);
        one.references.lock();
        try {
            assertThat(
                            CompletableFuture.runAsync(
                                    () -> eviction.toWeight(10, 2, LIFETIMES, START, true)))
                    .succeedsWithin(30, SECONDS);
            assertThat(one.shares.weight()).isEqualTo(12);
        } finally {
            one.references.unlock();
        }
    }

    @Test
    void whoFindsTooManyWaitsForItsTurn() throws Exception {
        several("10.1.1.1", 13, 0);
        Eviction eviction = eviction(1_000);
        CompletableFuture<Void> chooses;
        one.references.lock();
        try {
            chooses =
                    CompletableFuture.runAsync(
                            () -> eviction.toWeight(10, 2, LIFETIMES, START, true));
            while (!one.references.hasQueuedThreads()) {
                assertThat(chooses).as("waits").isNotDone();
                Thread.onSpinWait();
            }
            assertThat(one.shares.weight()).isEqualTo(13);
        } finally {
            one.references.unlock();
        }
        chooses.get(30, SECONDS);
        assertThat(one.shares.weight()).isBetween(8L, 10L);
    }
}
