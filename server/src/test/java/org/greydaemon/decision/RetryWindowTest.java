package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The borders of the window, second by second.
final class RetryWindowTest {
    private static final long FIRST = 1_700_000_000;

    @ParameterizedTest
    @CsvSource({
        "300, 43200, -1,    EARLY",
        "300, 43200, 0,     EARLY",
        "300, 43200, 299,   EARLY",
        "300, 43200, 300,   PASSED",
        "300, 43200, 43199, PASSED",
        "300, 43200, 43200, LATE",
        "0,   43200, 0,     PASSED",
        "0,   1,     0,     PASSED",
        "0,   1,     1,     LATE",
        "1,   2,     0,     EARLY",
        "1,   2,     1,     PASSED",
        "1,   2,     2,     LATE",
    })
    void aRetryCountsFromTheFirstSecondToBeforeTheLast(
            long min, long max, long waited, Reason reason) {
        RetryWindow window = new RetryWindow(min, max);
        assertThat(window.judge(FIRST, FIRST + waited)).isEqualTo(reason);
        assertThat(window.remaining(FIRST, FIRST + waited)).isEqualTo(Math.max(0, min - waited));
    }

    @Test
    void whatWasNeverSeenIsNew() {
        assertThat(new RetryWindow(0, 1).judge(Memory.NEVER, FIRST)).isEqualTo(Reason.NEW);
    }

    @ParameterizedTest
    @CsvSource({"-1, 5", "0, 0", "5, 5", "6, 5"})
    void aWindowThatIsNeverOpenIsRefused(long min, long max) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryWindow(min, max))
                .withMessage(
                        "a retry window from %d s to %d s lets no mail pass".formatted(min, max));
    }
}
