package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Evidence.Spf;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/// The figures about waits.
final class OutcomesTest {
    private static final Envelope WHO =
            new Envelope(
                    "192.0.2.1", Optional.empty(), "", "a@x", List.of("b@y"), false, Spf.UNKNOWN);

    private final Outcomes outcomes = new Outcomes();

    @Test
    void figuresAreOfAllGoodMail() {
        for (int i = 1; i <= 100; i++) {
            outcomes.arrived(i <= 90 ? 0 : i * 100L, WHO);
        }
        outcomes.neverArrived();
        assertThat(outcomes.good()).isEqualTo(101);
        assertThat(outcomes.delayed()).isEqualTo(11);
        assertThat(outcomes.overAnHour()).isEqualTo(11);
        assertThat(outcomes.mean()).isEqualTo(955);
        assertThat(outcomes.percentile(50)).isZero();
        assertThat(outcomes.percentile(90)).isZero();
        assertThat(outcomes.percentile(95)).isEqualTo(9500);
        assertThat(outcomes.percentile(100)).isEqualTo(10_000);
        assertThat(outcomes.longest()).hasSize(Outcomes.LONGEST);
        assertThat(outcomes.longest().getFirst().seconds()).isEqualTo(10_000);
    }

    @Test
    void nothingAtAllIsNoError() {
        assertThat(outcomes.mean()).isZero();
        assertThat(outcomes.percentile(50)).isZero();
        assertThat(outcomes.longest()).isEmpty();
    }
}
