package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
final class SignalActionsTest {
    private final SignalActions actions = new SignalActions();
    private final AtomicInteger runs = new AtomicInteger();

    /// However many come while the first is obeyed, none waits for it, and together they are obeyed
    /// once: what they ask for begins after the last of them.
    @Test
    void aStormIsObeyedOnceMore() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        actions.on(
                "HUP",
                () -> {
                    runs.incrementAndGet();
                    begun.countDown();
                    awaitUninterruptibly(goOn);
                });
        Thread first = Thread.ofPlatform().start(() -> actions.came("HUP"));
        begun.await();
        for (int i = 0; i < 1_000; i++) {
            actions.came("HUP");
        }
        assertThat(runs).hasValue(1);
        goOn.countDown();
        first.join();
        assertThat(runs).hasValue(2);
        actions.came("HUP");
        assertThat(runs).hasValue(3);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void oneThatComesEarlyWaits() throws Exception {
        actions.came("HUP");
        actions.came("HUP");
        CountDownLatch obeyed = new CountDownLatch(1);
        actions.on(
                "HUP",
                () -> {
                    runs.incrementAndGet();
                    obeyed.countDown();
                });
        obeyed.await();
        actions.hold();
        actions.came("HUP");
        assertThat(runs).hasValue(1);
    }

    @Test
    void whatFailsIsTriedAtTheNextOne() {
        actions.on(
                "USR1",
                () -> {
                    throw new IllegalStateException("run " + runs.incrementAndGet());
                });
        assertThatThrownBy(() -> actions.came("USR1")).hasMessage("run 1");
        assertThatThrownBy(() -> actions.came("USR1")).hasMessage("run 2");
    }
}
