package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

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
