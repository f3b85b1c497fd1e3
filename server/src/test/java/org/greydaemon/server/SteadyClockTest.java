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

    /// A machine without a battery wakes up in 1970, and NTP sets its clock a minute later.
    @Test
    void anImpossibleClockIsNotBelievedUntilItIsSet() {
        long lastKnown = 1_800_000_000;
        wallMillis.set(100_000);
        SteadyClock woken = new SteadyClock(wallMillis::get, nanos::get, SteadyClock.RELEASED);
        assertThat(woken.isWallImpossible()).isTrue();
        woken.goOnFrom(lastKnown);
        pass(60);
        assertThat(woken.look()).isZero();
        assertThat(woken.getAsLong() + woken.wallOffsetSeconds()).isEqualTo(lastKnown + 60);
        wallMillis.set(1_800_007_200_000L);
        assertThat(woken.look()).isEqualTo(7_140);
        assertThat(woken.getAsLong()).isEqualTo(lastKnown + 60);
        assertThat(woken.getAsLong() + woken.wallOffsetSeconds()).isEqualTo(1_800_007_200);
        wallMillis.set(100_000); // Set to 1970 by mistake: that must not reach the files.
        assertThat(woken.look()).isZero();
        assertThat(woken.getAsLong() + woken.wallOffsetSeconds()).isEqualTo(1_800_007_200);
    }

    @Test
    void anImpossibleClockWithoutFilesBeginsWhenTheProgramWasWritten() {
        wallMillis.set(0);
        SteadyClock woken = new SteadyClock(wallMillis::get, nanos::get, SteadyClock.RELEASED);
        woken.goOnFrom(0);
        assertThat(woken.getAsLong()).isEqualTo(SteadyClock.RELEASED);
        wallMillis.set(1_800_000_000_000L);
        assertThat(new SteadyClock(wallMillis::get, nanos::get, SteadyClock.RELEASED).getAsLong())
                .isEqualTo(1_800_000_000);
    }

    @Test
    void aDifferenceOfASecondIsNoStep() {
        wallMillis.addAndGet(1_900);
        assertThat(clock.look()).isZero();
        assertThat(clock.wallOffsetSeconds()).isZero();
    }
}
