package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.OneShard.name;
import static org.greydaemon.store.memory.Site.LIFETIMES;
import static org.greydaemon.store.memory.Site.START;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.greydaemon.store.Name;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// Whatever one thread has called, others go on when it is done: it keeps no lock.
final class OthersTest {
    private static final Name NAME = name(7);

    enum Call {
        NEW(one -> one.remember(OneShard.name(5_000), START)),
        CHANGE(one -> one.remember(NAME, START + 1)),
        FORGET(one -> one.forget(NAME)),
        LOOK(one -> one.entry(NAME)),
        LOAD(one -> one.load(NAME, START + 1, 0, true)),
        LOAD_NOTHING(one -> one.load(NAME, START - 1, 0, false)),
        UNLOAD(one -> one.shard.unload(NAME.key(), one.tag(NAME), START + 1)),
        EXPECT(one -> one.shard.expect(1)),
        LOADED(one -> one.shard.loaded()),
        BYTES(one -> one.shard.bytes()),
        WALK(one -> walk(one, START)),
        WALK_OVER_EXPIRED(one -> walk(one, START + LIFETIMES.client())),
        WALK_OVER_HOLES(one -> {
            makeHoles(one);
            walk(one, START);
        }),
        CLOSE_HOLES(one -> {
            makeHoles(one);
            one.shard.walks().closeHoles();
        }),
        COPY(one -> {
            try (Arena arena = Arena.ofConfined()) {
                assertThat(one.shard.walks().copies(arena)).isNotEmpty();
            }
        }),
        MAKE_ROOM(one -> evict(one, 900)),
        MAKE_MUCH_ROOM(one -> evict(one, 10)),
        MAKE_ROOM_OF_A_NETWORK(one -> {
            long network = OneShard.network(NAME);
            eviction(one).toShare(network, 0, 0, LIFETIMES, START);
            assertThat(one.shares.triplets(network)).isZero();
        }),
        CLOSE(one -> {
            one.shard.close();
            assertThat(one.pages.taken()).isZero();
        });

        @SuppressWarnings("ImmutableEnumChecker")
        private final Consumer<OneShard> made;

        Call(Consumer<OneShard> made) {
            this.made = made;
        }
    }

    private static void walk(OneShard one, long now) {
        ShardWalks.Walk walk = one.shard.walks().walk();
        Unreturned unreturned = new Unreturned(one.shares, START);
        while (walk.next(LIFETIMES, now, (_, _) -> {}, unreturned)) {}
    }

    private static void makeHoles(OneShard one) {
        for (int i = 0; i < 1_000; i++) {
            if (i % 3 != 0) {
                one.forget(name(i));
            }
        }
    }

    private static Eviction eviction(OneShard one) {
        return new Eviction(
                new Shard[] {one.shard},
                one.shares,
                1_000,
                1,
                LIFETIMES,
                new SplittableRandom(1),
                one.references);
    }

    private static void evict(OneShard one, int bound) {
        eviction(one).toWeight(bound, 0, LIFETIMES, START, true);
        assertThat(one.shares.weight()).isEqualTo(bound);
    }

    static void goOn(OneShard one) {
        assertThat(one.references.isLocked()).isFalse();
        assertThat(CompletableFuture.supplyAsync(one.shard::bytes)).succeedsWithin(30, SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void goOnAfter(Call call) {
        OneShard one = new OneShard();
        for (int i = 0; i < 1_000; i++) {
            one.remember(name(i), START);
        }
        call.made.accept(one);
        goOn(one);
        if (call != Call.CLOSE) {
            one.shard.close();
        }
        one.pages.close();
    }
}
