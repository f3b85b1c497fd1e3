package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.OneShard.name;
import static org.greydaemon.store.memory.Site.LIFETIMES;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/// Copies of all records of a shard, for whoever only looks, while others go on.
final class CopiesTest {
    private static final int COUNT = 5_000;

    private final OneShard one = new OneShard();

    @BeforeEach
    void remember() {
        for (int i = 0; i < COUNT; i++) {
            one.remember(name(i), START);
        }
    }

    @AfterEach
    void close() {
        one.close();
    }

    /// An arena that lets something happen before each of its allocations but the first.
    private static final class BusyArena implements Arena {
        private final Arena arena = Arena.ofConfined();
        private final IntConsumer meanwhile;
        private int allocations;

        BusyArena(IntConsumer meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public MemorySegment allocate(long size, long alignment) {
            if (allocations++ > 0) {
                meanwhile.accept(allocations);
            }
            return arena.allocate(size, alignment);
        }

        @Override
        public MemorySegment.Scope scope() {
            return arena.scope();
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /// At the second allocation, or at the third too: then they are made in one go, under the lock.
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void copiesHoldOnceWhatIsMovedMeanwhile(int disturbances) {
        IntConsumer disturb =
                time -> {
                    if (time <= disturbances) {
                        for (int i = 1 + 2 * (time % 2); i < COUNT; i += 4) {
                            one.forget(name(i));
                        }
                        one.shard.walks().closeHoles();
                    }
                };
        Map<Name, Integer> copied = new HashMap<>();
        RecordKey scratch = new RecordKey();
        try (Arena arena = new BusyArena(disturb)) {
            for (RecordCursor record : one.shard.walks().copies(arena)) {
                while (record.next()) {
                    copied.merge(Name.of(record.readKey(scratch)), 1, Integer::sum);
                }
            }
        }
        assertThat(copied.values()).containsOnly(1);
        for (int i = 0; i < COUNT; i += 2) {
            assertThat(copied).containsKey(name(i)); // They stay all the while.
        }
        OthersTest.goOn(one);
    }

    @Test
    void copiesAreMadeOnceIfNothingIsMoved() {
        IntConsumer goesOn = time -> one.remember(name(COUNT + time), START);
        try (BusyArena arena = new BusyArena(goesOn)) {
            List<RecordCursor> copies = one.shard.walks().copies(arena);
            assertThat(copies).hasSizeGreaterThan(5).hasSize(arena.allocations);
        }
    }

    @Test
    void aWalkMovesNothingUnlessThereAreManyHoles() {
        Records records = new Records(one.pages);
        Segment last = records.segments().getLast();
        for (int i = 0; records.segments().size() < 3 || last.hasManyHoles(); i++) {
            int _ = records.append(name(i).key(), 0, START);
            last = records.segments().getLast();
        }
        ShardWalks walks =
                new ShardWalks(
                        one.shard,
                        new KeyHash(1, 2),
                        new ReentrantLock(),
                        one.references,
                        records,
                        new Index(one.pages));
        int before = records.moves();
        ShardWalks.Walk walk = walks.walk();
        Unreturned unreturned = new Unreturned(one.shares, START);
        while (walk.next(LIFETIMES, START, (_, _) -> {}, unreturned)) {}
        assertThat(records.moves()).isEqualTo(before);
    }

    @Test
    void aWalkOverSegmentsWithHolesMeetsWhatIsForgottenMeanwhile() {
        for (int i = 0; i < COUNT; i++) {
            if (i % 3 != 0) {
                one.forget(name(i));
            }
        }
        ShardWalks.Walk walk = one.shard.walks().walk();
        Unreturned unreturned = new Unreturned(one.shares, START);
        int[] visited = new int[1];
        while (walk.next(
                LIFETIMES,
                START,
                (key, _) -> {
                    visited[0]++;
                    one.forget(Name.of(key));
                },
                unreturned)) {}
        assertThat(visited[0]).isEqualTo((COUNT + 2) / 3);
        assertThat(one.shares.entries()).isZero();
        assertThat(one.shares.weight()).isZero();
    }
}
