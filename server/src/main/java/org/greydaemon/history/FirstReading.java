package org.greydaemon.history;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The reading of the history's file at a start, for who waits for it. Safe for use by several
/// threads.
final class FirstReading {
    private final CountDownLatch left = new CountDownLatch(1);
    private final long millis;

    /// @param millis how long anybody waits, and then nobody any more
    FirstReading(long millis) {
        this.millis = millis;
    }

    /// The file was read, or could not be.
    void isOver() {
        left.countDown();
    }

    /// Returns when it is over, or takes too long: a disk that hangs takes as long as it likes, and
    /// what is known then is what has been counted since the start.
    void await() {
        try {
            if (!left.await(millis, TimeUnit.MILLISECONDS)) {
                left.countDown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
