package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WarmUpTest {
    private long answers;
    private int done;
    private final WarmUp warmUp = new WarmUp(() -> answers, () -> done++);

    @Test
    void itIsDoneOnceAndNotBeforeEnoughWasAnswered() {
        warmUp.everySecond();
        answers = WarmUp.ANSWERS - 1;
        warmUp.everySecond();
        assertThat(done).isZero();
        answers = WarmUp.ANSWERS;
        warmUp.everySecond();
        answers++;
        warmUp.everySecond();
        assertThat(done).isOne();
    }
}
