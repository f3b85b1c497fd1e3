package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

/// When nobody is asked any more, and when again.
final class SilenceTest {
    private static final int MIN = 3;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = 1_000 * SECOND;
    private final Silence silence = new Silence(() -> now, MIN, PAUSE);

    private boolean waitsInVain(Object subject) {
        long began = now;
        now += 2 * SECOND;
        return silence.goesOn(subject, began);
    }

    private void everybodyIsSilent() {
        for (int i = 0; i < MIN; i++) {
            waitsInVain("zone" + i);
        }
    }

    @Test
    void whoAsksOnlyWhenItIsSaidToMakeSenseFindsOutThatTheServerIsBack() {
        everybodyIsSilent();
        assertThat(silence.lasts()).isTrue();
        assertThat(silence.pauses()).isTrue();
        now += PAUSE;
        assertThat(silence.lasts()).isTrue();
        assertThat(silence.pauses()).isFalse();
        silence.answers();
        assertThat(silence.lasts()).isFalse();
    }

    @Test
    void theServerIsAskedAgainWheneverOneHasTriedInVain() {
        assertThat(waitsInVain("first")).isTrue();
        assertThat(waitsInVain("second")).isFalse();
        assertThat(waitsInVain("third")).isFalse();
        now += PAUSE;
        assertThat(silence.mayAsk("silent zone")).isTrue();
        assertThat(waitsInVain("silent zone")).isTrue();
    }

    @Test
    void aSilentZoneIsItsOwn() {
        for (int i = 0; i < MIN; i++) {
            long began = now;
            now += SECOND;
            silence.answers();
            now += SECOND;
            assertThat(silence.goesOn("zone", began)).isFalse();
        }
        assertThat(silence.mayAsk("zone")).isFalse();
        assertThat(silence.mayAsk("other")).isTrue();
        assertThat(silence.pauses()).isFalse();
    }
}
