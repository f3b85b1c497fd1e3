package org.greydaemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.concurrent.atomic.AtomicLong;

final class HistogramTest {
    @ParameterizedTest
    @EnumSource(Buckets.class)
    void boundsRiseAndTheLastBucketHasNone(Buckets buckets) {
        double before = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < buckets.count(); i++) {
            assertThat(buckets.bound(i)).isGreaterThan(before);
            before = buckets.bound(i);
        }
        assertThat(before).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void aValueOnTheBoundIsWithinIt() {
        Histogram delays = new Metrics().histogram(Metric.DELAY_SECONDS);
        delays.observe(60);
        delays.observe(61);
        delays.observe(86_401);
        assertThat(delays.counts()).startsWith(1, 1, 0).endsWith(0, 1).hasSize(16);
        assertThat(delays.sum()).isEqualTo(86_522);
    }

    @Test
    void nanosecondsAreShownInSeconds() {
        AtomicLong nanos = new AtomicLong(5);
        Histogram times = new Metrics().histogram(Metric.DECISION_SECONDS, "udp");
        Timer timer = new Timer(times, nanos::get);
        long started = timer.start();
        nanos.addAndGet(2_000_000);
        timer.stop(started, 3);
        assertThat(times.counts()).containsExactly(0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0);
        assertThat(times.sum()).isEqualTo(0.006);
    }
}
