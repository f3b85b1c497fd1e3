package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;

/// What happens to time when somebody sets the wall clock.
final class SteadyClockTest {
    private static final long DAY = 86_400;

    private final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
    private final AtomicLong nanos = new AtomicLong(-5);
    private final SteadyClock clock = new SteadyClock(wallMillis::get, nanos::get);

    private void pass(long seconds) {
        wallMillis.addAndGet(seconds * 1000);
        nanos.addAndGet(seconds * 1_000_000_000);
    }

    @Test
    void timePasses() {
        pass(10);
        assertThat(clock.getAsLong()).isEqualTo(1_700_000_010);
        assertThat(clock.look()).isZero();
    }

    @Test
    void aStepForthLetsNobodyInEarly() {
        long firstSeen = clock.getAsLong();
        wallMillis.addAndGet(30 * DAY * 1000);
        assertThat(clock.getAsLong() - firstSeen).isZero();
        assertThat(clock.look()).isEqualTo(30 * DAY);
        assertThat(clock.getAsLong() - firstSeen).isZero();
    }

    @Test
    void aStepBackMakesNobodyWaitLonger() {
        long firstSeen = clock.getAsLong();
        wallMillis.addAndGet(-DAY * 1000);
        pass(300);
        assertThat(clock.getAsLong() - firstSeen).isEqualTo(300);
    }

    @Test
    void whatIsWrittenFollowsTheWallClock() {
        wallMillis.addAndGet(3600_000);
        assertThat(clock.look()).isEqualTo(3600);
        assertThat(clock.getAsLong() + clock.wallOffsetSeconds()).isEqualTo(1_700_003_600);
        pass(5);
        assertThat(clock.look()).isZero();
        wallMillis.addAndGet(-3600_000);
        assertThat(clock.look()).isEqualTo(-3600);
        assertThat(clock.wallOffsetSeconds()).isZero();
    }

    @Test
    void aDifferenceOfASecondIsNoStep() {
        wallMillis.addAndGet(1_900);
        assertThat(clock.look()).isZero();
        assertThat(clock.wallOffsetSeconds()).isZero();
    }
}
