package org.greydaemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

final class QuantileTest {
    private static final List<Long> BOUNDS = List.of(60L, 300L, 600L);

    private static long of(double part, Long... counts) {
        return Quantile.of(part, BOUNDS, List.of(counts));
    }

    @Test
    void valuesAreSpreadEvenlyInABucket() {
        assertThat(of(0.5, 0L, 4L, 0L, 0L)).isEqualTo(180);
        assertThat(of(1, 0L, 4L, 0L, 0L)).isEqualTo(300);
        assertThat(of(0.95, 10L, 0L, 10L, 0L)).isEqualTo(570);
        assertThat(of(0.5, 10L, 0L, 10L, 0L)).isEqualTo(60);
    }

    @Test
    void whatIsBeyondTheLastBoundIsTakenForIt() {
        assertThat(of(0.99, 1L, 0L, 0L, 99L)).isEqualTo(600);
        assertThat(of(0.5, 0L, 0L, 0L, 0L)).isZero();
    }
}
