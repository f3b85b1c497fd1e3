package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.LongStream;

final class RateLimitTest {
    private final RateLimit limit = new RateLimit(3);

    private long allowed(int tries, long now) {
        return LongStream.range(0, tries).filter(i -> limit.allows(now)).count();
    }

    @Test
    void aBurstPassesAndThenOneASecond() {
        assertThat(allowed(10, 100)).isEqualTo(3);
        assertThat(allowed(10, 101)).isEqualTo(1);
        assertThat(allowed(10, 103)).isEqualTo(2);
    }

    @Test
    void aLongRestGivesNoMoreThanABurst() {
        assertThat(allowed(10, 100)).isEqualTo(3);
        assertThat(allowed(10, 100_000)).isEqualTo(3);
    }

    @Test
    void aClockThatStepsBackGivesNothing() {
        assertThat(allowed(10, 100)).isEqualTo(3);
        assertThat(allowed(10, 50)).isZero();
        assertThat(allowed(10, 100)).isZero();
        assertThat(allowed(10, 101)).isEqualTo(1);
    }

    @Test
    void whatWasHeldBackIsCountedOnce() {
        assertThat(allowed(10, 100)).isEqualTo(3);
        assertThat(limit.takeHeldBack()).isEqualTo(7);
        assertThat(limit.takeHeldBack()).isZero();
    }
}
