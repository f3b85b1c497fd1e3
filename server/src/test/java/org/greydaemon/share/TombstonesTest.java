package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is forgotten is remembered as long as there is room, the latest for longest.
final class TombstonesTest {
    private static final int LONG = 16_000;

    private final Tombstones tombstones = new Tombstones();

    private static String name(int number) {
        return "F G %07d ".formatted(number) + "x".repeat(LONG);
    }

    @Test
    void longNamesTakeNoMoreRoomThanManyShortOnes() {
        int more = 2 * (Tombstones.OCTETS_MAX / LONG);
        for (int i = 0; i < more; i++) {
            tombstones.add(name(i), i);
        }
        assertThat(tombstones.since(0).keySet().stream().mapToLong(String::length).sum())
                .isBetween(Tombstones.OCTETS_MAX - 2L * LONG, (long) Tombstones.OCTETS_MAX);
        assertThat(tombstones.dropped()).isEqualTo(more - tombstones.since(0).size());
        assertThat(tombstones.of(name(0))).isEmpty();
        assertThat(tombstones.of(name(more - 1))).hasValue(more - 1);
    }

    @Test
    void whatIsRememberedAgainTakesNoMoreRoomEither() {
        int more = 2 * (Tombstones.OCTETS_MAX / LONG);
        for (int i = 0; i < more; i++) {
            tombstones.add(name(i), i);
            tombstones.remove(name(i), i + 1);
        }
        assertThat(tombstones.isEmpty()).isTrue();
        assertThat(tombstones.revived(name(0))).isEmpty();
        assertThat(tombstones.revived(name(more - 1))).hasValue(more);
    }

    @Test
    void whatIsTooOldMakesRoom() {
        int all = Tombstones.OCTETS_MAX / (LONG + 12);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < all; i++) {
                tombstones.add(name(i), round);
            }
            assertThat(tombstones.since(0)).hasSize(all);
            tombstones.age(round + 1L);
            assertThat(tombstones.isEmpty()).isTrue();
        }
        assertThat(tombstones.dropped()).isZero();
    }
}
