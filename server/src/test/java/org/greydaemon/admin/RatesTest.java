package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RatesTest {
    private long attempts;
    private final Rates rates = new Rates(_ -> attempts);

    @Test
    void whatCameInTheFirstSecondBelongsToTheLastMinuteUntilItIsOver() {
        attempts = 7;
        rates.look();
        assertThat(rates.lastMinute().toString()).contains("\"new\":7,");
        attempts = 9;
        for (int second = 1; second < Rates.LOOKS - 1; second++) {
            rates.look();
        }
        assertThat(rates.lastMinute().toString()).contains("\"new\":9,");
        rates.look();
        assertThat(rates.lastMinute().toString()).contains("\"new\":2,");
        rates.look();
        assertThat(rates.lastMinute().toString()).contains("\"new\":0,");
        assertThat(rates.total().toString()).contains("\"new\":9,");
    }
}
