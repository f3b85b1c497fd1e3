package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Sharing leaves time to those who answer mail, whatever others do.
final class PaceTest {
    private final Pace pace = new Pace(100);

    @Test
    void whoHasLittleToDoDoesNotRest() {
        assertThat(pace.rest(5, 10, false, false)).isZero();
        assertThat(pace.rest(500, 10_000, true, false)).isZero();
    }

    @Test
    void whileAFloodIsAnsweredItTakesAThirdOfTheTime() {
        assertThat(pace.rest(50, 100_000, false, false)).isEqualTo(100);
        assertThat(pace.rest(1_000, 100_000, false, false)).isEqualTo(400);
    }

    @Test
    void whoWritesWithoutEndGetsHalfOfTheTimeAfterTenSeconds() {
        for (int i = 0; i < 100; i++) {
            assertThat(pace.rest(100, 0, true, false)).isZero();
        }
        assertThat(pace.rest(100, 0, true, false)).isEqualTo(100);
        assertThat(pace.rest(3_000, 0, true, false)).isEqualTo(400);
        assertThat(pace.rest(100, 0, false, false)).isZero();
        assertThat(pace.rest(100, 0, true, false)).isZero();
    }

    @Test
    void whatWasMissedIsReadAsFastAsItComes() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(pace.rest(100, 0, true, true)).isZero();
        }
    }
}
