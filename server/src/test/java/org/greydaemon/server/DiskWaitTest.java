package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// A disk that answers is waited for, one that does not is left alone.
@Timeout(60)
final class DiskWaitTest {
    @Test
    void whatIsDoneInTimeIsDone() {
        AtomicBoolean done = new AtomicBoolean();
        assertThat(new DiskWait(Duration.ofDays(1)).isDone(() -> done.set(true))).isTrue();
        assertThat(done).isTrue();
    }

    @Test
    void whatWaitsForEverIsLeftAlone() {
        CountDownLatch disk = new CountDownLatch(1);
        assertThat(new DiskWait(Duration.ofMillis(1)).isDone(() -> await(disk))).isFalse();
        disk.countDown();
    }

    @Test
    void whoIsInterruptedWaitsNoLonger() {
        CountDownLatch disk = new CountDownLatch(1);
        Thread.currentThread().interrupt();
        assertThat(new DiskWait(Duration.ofDays(1)).isDone(() -> await(disk))).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        disk.countDown();
    }

    private static void await(CountDownLatch disk) {
        try {
            disk.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
