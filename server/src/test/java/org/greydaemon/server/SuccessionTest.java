package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

final class SuccessionTest {
    private final AtomicInteger stops = new AtomicInteger();
    private final Succession succession = new Succession(stops::incrementAndGet);

    @Test
    void ofTwoTheSecondOneComesWhenTheFirstHasFailed() {
        assertThat(succession.begin()).isTrue();
        assertThat(succession.begin()).isFalse();
        succession.fails();
        assertThat(succession.begin()).isTrue();
        assertThat(stops).hasValue(0);
    }

    @Test
    void whoHasLeftEverythingEndsIfTheSuccessorAnswers() {
        succession.leave();
        succession.handOver(); // Returns, as all is left.
        assertThat(succession.isDue()).isTrue();
        assertThat(stops).hasValue(1);
        succession.ends(true);
        succession.ends(false); // The connection ends too.
        assertThat(succession.isFollowed()).isTrue();
    }

    @Test
    void whoHasLeftEverythingGoesOnIfTheSuccessorIsGone() {
        succession.leave();
        succession.ends(false);
        assertThat(succession.isFollowed()).isFalse();
        assertThat(succession.again().begin()).isTrue();
    }
}
