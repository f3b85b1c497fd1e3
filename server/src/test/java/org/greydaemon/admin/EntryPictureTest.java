package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.server.SteadyClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// When the dashboards' look at all entries is a new one.
@Timeout(60)
final class EntryPictureTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    /// A clock that stands still. Each walk asks it when it begins, when it has ended and for the
    /// next one, and the first walk is held up.
    private long nanos() {
        if (Thread.currentThread().getName().equals("survey")) {
            asked.incrementAndGet();
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return 0;
    }

    @Test
    void whatWasChangedDuringAWalkIsInTheNextOneAtOnce() throws InterruptedException {
        try (Desk desk = new Desk()) {
            SteadyClock clock = new SteadyClock(() -> Desk.START * 1_000, () -> 0);
            EntryPicture picture = new EntryPicture(desk.ledger(), clock, this::nanos);
            String none = picture.latest();
            begun.await();
            picture.isOld();
            goOn.countDown();
            while (picture.latest().equals(none)) {
                Thread.onSpinWait();
            }
            picture.latest();
            picture.stop();
            assertThat(asked).as("of two walks").hasValue(6);
        }
    }
}
