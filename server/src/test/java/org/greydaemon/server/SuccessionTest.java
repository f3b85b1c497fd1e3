package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;

final class SuccessionTest {
    private final AtomicLong now = new AtomicLong(1_000);
    private final Succession succession = new Succession(() -> {}, now::get);

    @Test
    void whoWasPromisedNoneWaitsForNone() {
        now.addAndGet(1_000_000);
        assertThat(succession.isGivenUp()).isFalse();
        assertThat(succession.again().isGivenUp()).isFalse();
    }

    @Test
    void oneThatWasPromisedIsWaitedForAMinute() {
        succession.promise();
        now.addAndGet(60);
        assertThat(succession.isGivenUp()).isFalse();
        now.addAndGet(1);
        assertThat(succession.isGivenUp()).isTrue();
    }

    /// The one that has come has vanished; its supervisor tries once more, or does not.
    @Test
    void aSecondRunWaitsForAnotherMinute() {
        succession.promise();
        now.addAndGet(50);
        assertThat(succession.begin()).isTrue();
        Succession second = succession.again();
        now.addAndGet(60);
        assertThat(second.isGivenUp()).isFalse();
        now.addAndGet(1);
        assertThat(second.isGivenUp()).isTrue();
    }
}
