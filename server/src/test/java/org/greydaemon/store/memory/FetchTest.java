package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Places;
import org.greydaemon.decision.Rule;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// What is fetched ahead of questions changes nothing. No lock is taken for it: what is read may be
/// gone, or be something else by then.
final class FetchTest {
    private static final long START = 1_700_000_000;
    private static final int NAMES = 20_000;
    private static final Rule REMEMBER = (_, now) -> now;
    private static final Rule FORGET = (_, _) -> Memory.NEVER;

    private final Places places = new Places();
    private final SplittableRandom random = new SplittableRandom(1);

    @TempDir Path folder;
    private Site site;

    @BeforeEach
    void begin() throws IOException {
        site = new Site(folder);
    }

    private static Name name(int number) {
        return Name.triplet("192.0.2." + number % 250, "sender" + number, "recipient");
    }

    @Test
    void fetchingIsNoQuestion() throws IOException {
        try (MemoryStore store = site.open(START)) {
            assertThat(store.fetches()).isTrue();
            for (int i = 0; i < 100; i++) {
                places.entry(store, name(i).key());
                places.network(0, IpAddress.ipv4Low(i << 8));
            }
            places.network(0x2001_0db8_0001_0000L, 0);
            assertThat(IntStream.range(0, places.entries()).mapToObj(places::entry))
                    .doesNotHaveDuplicates();
            store.fetch(places);
            assertThat(store.entries()).isZero();
            Site.remember(store, name(1), START);
            store.fetch(places);
            store.fetch(new Places());
            assertThat(store.entries()).isOne();
            assertThat(Site.knows(store, name(1))).isTrue();
        }
    }

    @Test
    void itIsFetchedWhileEverythingMoves() throws Exception {
        try (MemoryStore store = site.open(START)) {
            Thread moves = Thread.ofPlatform().start(() -> move(store));
            while (moves.isAlive()) {
                places.clear();
                for (int i = 0; i < 32; i++) {
                    boolean isReal = random.nextInt(4) > 0;
                    places.entry(isReal ? store : anywhere(), name(random.nextInt(NAMES)).key());
                }
                store.fetch(places);
            }
            moves.join();
            assertThat(store.entries()).isBetween(1L, (long) NAMES);
        }
    }

    /// Entries come and go, tables grow and shrink, segments are freed and used again.
    private static void move(MemoryStore store) {
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < NAMES; i++) {
                boolean goes = round % 2 == 1 && i % 50 != 0;
                long _ = store.step(name(i).key(), goes ? FORGET : REMEMBER, START);
            }
            store.closeHoles();
        }
    }

    private Memory anywhere() {
        return new Memory() {
            @Override
            public long placeOf(Key key) {
                return random.nextLong();
            }

            @Override
            public long step(Key key, Rule rule, long now) {
                return NEVER;
            }
        };
    }
}
