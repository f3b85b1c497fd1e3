package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

final class SuccessionTest {
    private final AtomicInteger stops = new AtomicInteger();
    private final Succession succession = new Succession(stops::incrementAndGet);

    private boolean isFollowed() {
        return succession.isFollowed(() -> false, () -> {});
    }

    /// It has the files: to begin once more without them would end this daemon.
    @Test
    void oneThatIsSilentIsWaitedForAndSomebodyIsToldOnce() {
        Succession impatient = new Succession(stops::incrementAndGet, 0);
        List<String> told = new ArrayList<>();
        AtomicInteger looks = new AtomicInteger();
        boolean isFollowed =
                impatient.isFollowed(
                        () -> {
                            if (looks.incrementAndGet() == 4) {
                                impatient.ends(false); // Somebody has killed it.
                            }
                            return false;
                        },
                        () -> told.add("silent"));
        assertThat(isFollowed).isFalse();
        assertThat(told).containsExactly("silent");
    }

    @Test
    void whoIsToldToStopMeanwhileDoesNotGoOn() {
        assertThat(succession.isFollowed(() -> true, () -> {})).isTrue();
    }

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
        assertThat(isFollowed()).isTrue();
    }

    @Test
    void whoHasLeftEverythingGoesOnIfTheSuccessorIsGone() {
        succession.leave();
        succession.ends(false);
        assertThat(isFollowed()).isFalse();
        assertThat(succession.again().begin()).isTrue();
    }
}
