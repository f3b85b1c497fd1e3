package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.gate.FirstAskers.Asker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Which network has asked first about a mail that waits.
final class FirstAskersTest {
    private static final long MAIL = 0xfeed_0000_0000_1234L;
    private static final long KEPT = 1000;
    private static final long T0 = 1_700_000_000;

    /// Mails whose numbers differ by this have the same places.
    private static final long SAME_PLACES = FirstAskers.MAILS_MAX / 8;

    private final FirstAskers askers = new FirstAskers();

    @BeforeEach
    void somebodyAsksFirst() {
        assertThat(askers.asks(MAIL, 1, 2, T0, KEPT, false)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1, 2, false", "1, 3, true", "0, 2, true"})
    void anotherNetworkHearsWhoWasFirst(long high, long low, boolean isOther) {
        assertThat(askers.asks(MAIL, high, low, T0 + 9, KEPT, false))
                .isEqualTo(isOther ? new Asker(1, 2, T0) : null);
        // Whoever comes later does not take the first one's place.
        assertThat(askers.asks(MAIL, 7, 7, T0 + 10, KEPT, false)).isEqualTo(new Asker(1, 2, T0));
    }

    @ParameterizedTest
    @CsvSource({"0, true", "999, true", "1000, false", "-1, false"})
    void theFirstTimeCountsForAWhile(long later, boolean counts) {
        assertThat(askers.asks(MAIL, 7, 7, T0 + later, KEPT, false))
                .isEqualTo(counts ? new Asker(1, 2, T0) : null);
        assertThat(askers.asks(MAIL, 8, 8, T0 + later, KEPT, false))
                .isEqualTo(counts ? new Asker(1, 2, T0) : new Asker(7, 7, T0 + later));
    }

    @Test
    void mailThatHasPassedWaitsNoMore() {
        assertThat(askers.asks(MAIL, 7, 7, T0 + 9, KEPT, true)).isEqualTo(new Asker(1, 2, T0));
        assertThat(askers.asks(MAIL, 8, 8, T0 + 10, KEPT, true)).isNull();
        assertThat(askers.asks(MAIL, 9, 9, T0 + 11, KEPT, true)).isNull();
    }

    @Test
    void mailThatPassesAtOnceIsNobodysFirst() {
        assertThat(askers.asks(MAIL + 1, 1, 2, T0, KEPT, true)).isNull();
        assertThat(askers.asks(MAIL + 1, 7, 7, T0 + 1, KEPT, false)).isNull();
    }

    @Test
    void noMailIsAnother() {
        assertThat(askers.asks(MAIL + 1, 7, 7, T0, KEPT, false)).isNull();
        assertThat(askers.asks(0, 7, 7, T0, KEPT, true)).isNull(); // As a free place has.
        assertThat(askers.asks(MAIL, 7, 7, T0, KEPT, false)).isEqualTo(new Asker(1, 2, T0));
    }

    @Test
    void whatWasAskedLongestAgoMakesRoom() {
        for (int i = 1; i < 8; i++) {
            assertThat(askers.asks(MAIL + i * SAME_PLACES, i, i, T0 - i, KEPT, false)).isNull();
        }
        for (int i = 1; i < 8; i++) {
            assertThat(askers.asks(MAIL + i * SAME_PLACES, 99, 99, T0, KEPT, false))
                    .isEqualTo(new Asker(i, i, T0 - i));
        }
        assertThat(askers.asks(MAIL + 8 * SAME_PLACES, 8, 8, T0, KEPT, false)).isNull();
        assertThat(askers.asks(MAIL + 7 * SAME_PLACES, 99, 99, T0, KEPT, true))
                .as("the oldest one")
                .isNull();
        assertThat(askers.asks(MAIL, 99, 99, T0, KEPT, false)).isEqualTo(new Asker(1, 2, T0));
        assertThat(askers.asks(MAIL + 6 * SAME_PLACES, 99, 99, T0, KEPT, false)).isNotNull();
        assertThat(askers.asks(MAIL + 8 * SAME_PLACES, 99, 99, T0, KEPT, false))
                .isEqualTo(new Asker(8, 8, T0));
    }

    @Test
    void theNextMailHasItsOwnPlaces() {
        for (int i = 0; i < 3 * FirstAskers.MAILS_MAX / 8; i++) {
            assertThat(askers.asks(i, i, i, T0, KEPT, false)).isNull();
        }
        for (int i = 0; i < 3 * FirstAskers.MAILS_MAX / 8; i++) {
            assertThat(askers.asks(i, -1, -1, T0, KEPT, false)).isEqualTo(new Asker(i, i, T0));
        }
    }

    @Test
    @Timeout(60)
    void severalThreadsAskAtATime() throws InterruptedException {
        List<Asker> found = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Runnable asking = () -> found.add(askers.asks(MAIL, 7, 7, T0, KEPT, false));
            threads.add(Thread.ofPlatform().start(asking));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(found).hasSize(4).containsOnly(new Asker(1, 2, T0));
    }
}
