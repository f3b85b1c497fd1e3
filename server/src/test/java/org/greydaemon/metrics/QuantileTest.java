package org.greydaemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

final class QuantileTest {
    private static final List<Long> BOUNDS = List.of(60L, 300L, 600L);

    private static long of(double part, Long... counts) {
        return Quantile.of(part, BOUNDS, List.of(counts), 5_000);
    }

    @Test
    void valuesAreSpreadEvenlyInABucket() {
        assertThat(of(0.5, 0L, 4L, 0L, 0L)).isEqualTo(180);
        assertThat(of(1, 0L, 4L, 0L, 0L)).isEqualTo(300);
        assertThat(of(0.95, 10L, 0L, 10L, 0L)).isEqualTo(570);
        assertThat(of(0.5, 10L, 0L, 10L, 0L)).isEqualTo(60);
    }

    @Test
    void whatIsBeyondTheLastBoundIsTakenForTheLargest() {
        assertThat(of(0.99, 1L, 0L, 0L, 99L)).isEqualTo(5_000);
        assertThat(of(0.5, 0L, 0L, 0L, 0L)).isZero();
    }

    @Test
    void noPartGoesBeyondTheLargestValue() {
        List<Long> counts = List.of(0L, 4L, 0L, 0L);
        assertThat(Quantile.of(0.95, BOUNDS, counts, 250)).isEqualTo(250);
        assertThat(Quantile.of(0.5, BOUNDS, counts, 250)).isEqualTo(180);
    }

    @Test
    void theLargestValueIsNoMoreThanTheSumLeaves() {
        assertThat(Quantile.largest(BOUNDS, List.of(0L, 1L, 0L, 0L), 250)).isEqualTo(250);
        assertThat(Quantile.largest(BOUNDS, List.of(0L, 2L, 0L, 0L), 310)).isEqualTo(250);
        assertThat(Quantile.largest(BOUNDS, List.of(3L, 1L, 1L, 0L), 520)).isEqualTo(460);
        assertThat(Quantile.largest(BOUNDS, List.of(0L, 2L, 0L, 0L), 590)).isEqualTo(300);
        assertThat(Quantile.largest(BOUNDS, List.of(0L, 0L, 0L, 2L), 4_000)).isEqualTo(3_400);
        assertThat(Quantile.largest(BOUNDS, List.of(5L, 0L, 0L, 0L), 40)).isEqualTo(40);
        assertThat(Quantile.largest(BOUNDS, List.of(0L, 0L, 0L, 0L), 0)).isZero();
    }
}
