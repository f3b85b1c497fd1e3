package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

/// What becomes of a decision until a client is told.
final class DeferralTest extends GateAsked {
    /// Whom a line has wait for a time of its own does not wait because it is suspect.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "recipient carol@example.net                    | NO_NAME | 1800",
                "greylist reply \"later\" recipient bob@example.net | NO_NAME | 1800",
                "greylist delay 60s recipient bob@example.net   | NONE    | 60",
            })
    void whyItWaitsIsTold(String line, Suspicion why, long seconds) {
        TestGate gate = TestGate.with(AllIdentities.after(300)).exempt(line);
        decide(gate, "bob@example.net");
        Deferral deferral = Deferral.of(decision, 7_000);
        assertThat(deferral.reason()).isEqualTo(Reason.NEW);
        assertThat(deferral.suspicion()).isEqualTo(why);
        assertThat(deferral.seconds()).isEqualTo(seconds);
        assertThat(deferral.at()).isEqualTo(7_000);
    }

    @ParameterizedTest
    @CsvSource({"0, 300", "1, 299", "299, 1", "300, 1", "5000, 1"})
    void saidAgainItIsSoMuchShorter(long later, long seconds) {
        Deferral deferral =
                new Deferral(Optional.of("later"), Reason.EARLY, Suspicion.NO_NAME, 300, 7_000);
        assertThat(deferral.again(7_000 + later))
                .isEqualTo(
                        new Deferral(
                                Optional.of("later"),
                                Reason.EARLY,
                                Suspicion.NO_NAME,
                                seconds,
                                7_000 + later));
    }

    @Test
    void nobodyIsToldToTryAgainAtOnce() {
        decision.start();
        assertThat(Deferral.of(decision, 7_000).seconds()).isOne();
    }
}
