package org.greydaemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What `greyctl status`, `greyctl top` and the log draw from the same table as /metrics.
final class FiguresTest {
    private final Metrics metrics = new Metrics();

    @Test
    void aLabelThatIsNotInTheNameIsAddedUp() {
        metrics.counter(Metric.DECISIONS, "udp", "new").increment();
        metrics.counter(Metric.DECISIONS, "policy", "new").increment();
        metrics.counter(Metric.DECISIONS, "policy", "early");
        metrics.read(Metric.ENTRIES, () -> 7);
        metrics.histogram(Metric.DELAY_SECONDS).observe(5);
        assertThat(metrics.figures().toString()).isEqualTo("{new=2, early=0, entries=7}");
    }

    @Test
    void onlyBoundsThatWereReachedAreTroubles() {
        metrics.read(Metric.CONNECTIONS_CLOSED, () -> 3, "policy", "made_room");
        metrics.read(Metric.CONNECTIONS_CLOSED, () -> 4, "policy", "overdue");
        metrics.read(Metric.CONNECTIONS_CLOSED, () -> 0, "milter", "made_room");
        metrics.counter(Metric.FILE_FAILURES, "history").increment();
        metrics.counter(Metric.DECISIONS, "udp", "new").increment();
        assertThat(metrics.troubles().toString())
                .isEqualTo("{file_failures_history=1, policy_made_room=3}");
    }

    @Test
    void aFigureLeadsBackToItsMetric() {
        assertThat(Metric.ofBrief("policy_made_room")).contains(Metric.CONNECTIONS_CLOSED);
        assertThat(Metric.ofBrief("milter_connections")).contains(Metric.CONNECTIONS);
        assertThat(Metric.ofBrief("udp_not_sent")).contains(Metric.UDP_NOT_SENT);
        assertThat(Metric.ofBrief("udp_full_buffer")).contains(Metric.UDP_DROPPED);
        assertThat(Metric.ofBrief("No figure")).isEmpty();
    }

    @Test
    void sumsAndCountsAreOfAllLabels() {
        metrics.histogram(Metric.DECISION_SECONDS, "udp").observe(20_000);
        metrics.histogram(Metric.DECISION_SECONDS, "http").observe(20_000, 2);
        assertThat(metrics.sum(Metric.DECISION_SECONDS)).isEqualTo(60_000);
        assertThat(metrics.counts(Metric.DECISION_SECONDS)).startsWith(0, 3, 0);
        assertThat(metrics.sum(Metric.ENTRIES)).isZero();
    }
}
