package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How far the engine's clock is ahead of ours, as far as that can be known.
final class EngineClockTest {
    private static final long START = 1_800_000_000_000L;

    private long ours = START;
    private int asked;

    /// Asks an engine whose clock is ahead, each question on its way for the times given.
    private long difference(long ahead, long[] there, long[] back) throws Exception {
        return EngineClock.difference(
                () -> ours,
                () -> {
                    int i = Math.min(asked++, there.length - 1);
                    ours += there[i];
                    long theirs = ours + ahead;
                    ours += back[i];
                    return theirs;
                });
    }

    /// The answer waits half a second to be read, as in a process that has just begun on a busy
    /// machine: another host's word of a moment ago would be older than what it is about.
    @ParameterizedTest
    @CsvSource({"0, 500", "500, 0", "0, 1", "3, 2"})
    void clocksThatAgreeDoSoHowLongAnAnswerTakes(long there, long back) throws Exception {
        assertThat(difference(0, new long[] {there}, new long[] {back})).isZero();
    }

    @Test
    void theQuickestAnswerCounts() throws Exception {
        long[] there = {0, 400, 1, 300, 0};
        long[] back = {800, 0, 7, 300, 900};
        assertThat(difference(90_000, there, back)).isBetween(89_990L, 90_010L);
        assertThat(asked).isEqualTo(5);
    }

    @Test
    void oneQuickAnswerIsEnough() throws Exception {
        assertThat(difference(-7_000, new long[] {1}, new long[] {1})).isEqualTo(-7_000);
        assertThat(asked).isOne();
    }

    /// Somebody sets our clock back in the middle of a question.
    @Test
    void aQuestionInWhichOurClockIsSetDoesNotCount() throws Exception {
        assertThat(difference(20_000, new long[] {-3_600_000, 2}, new long[] {0, 2}))
                .isEqualTo(20_000);
        assertThat(asked).isEqualTo(2);
    }
}
