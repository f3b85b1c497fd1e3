package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

@Timeout(60)
final class HousekeepingTest {
    @Test
    void itsDutiesAreDoneAgainAndAgainByItsOwnThread() throws Exception {
        CountDownLatch rounds = new CountDownLatch(2);
        CompletableFuture<String> thread = new CompletableFuture<>();
        try (Housekeeping housekeeping =
                new Housekeeping((_, bug) -> thread.obtrudeException(bug))) {
            housekeeping.start(
                    List.of(
                            () -> thread.complete(Thread.currentThread().getName()),
                            rounds::countDown));
            rounds.await();
        }
        assertThat(thread.get()).isEqualTo("housekeeping");
    }

    /// As the executor has it when the process was stopped for an hour.
    @Test
    void whatWasMissedIsNotMadeUpFor() {
        AtomicLong now = new AtomicLong();
        AtomicInteger rounds = new AtomicInteger();
        try (Housekeeping housekeeping = new Housekeeping((_, _) -> rounds.set(-1), now::get)) {
            now.addAndGet(3_600_000_000_000L);
            for (int i = 0; i < 3_600; i++) {
                housekeeping.round(List.of(rounds::incrementAndGet));
                now.addAndGet(1_000);
            }
            assertThat(rounds).hasValue(1);
            now.addAndGet(900_000_000);
            housekeeping.round(List.of(rounds::incrementAndGet));
            assertThat(rounds).hasValue(2);
        }
    }

    @Test
    void aBugIsSeen() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        try (Housekeeping housekeeping = new Housekeeping((_, bug) -> seen.complete(bug))) {
            housekeeping.start(
                    List.of(() -> {
                        throw new IllegalStateException("a bug");
                    }));
            assertThat(seen.get()).hasMessage("a bug");
        }
    }
}
