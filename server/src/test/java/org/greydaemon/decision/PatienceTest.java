package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Set;

/// What an attempt does to a triplet whose clock runs, at the second.
final class PatienceTest {
    private static final long T0 = 1_700_000_000;
    private static final long DELAY = 240;
    private static final long SUSPECT = 1800;
    private static final long WINDOW = 86_400;
    private static final long RETENTION = 1_000_000;
    private static final int HAMMER = 6;

    private static Patience patience(long delay) {
        return new Patience(
                new RetryWindow(DELAY, WINDOW),
                new Retention(RETENTION),
                delay,
                new Suspects(SUSPECT, HAMMER, 3600, 3, Set.of()),
                DELAY);
    }

    @ParameterizedTest
    @CsvSource({"0, 240, 0", "240, 240, 0", "241, 241, 2097152", "99999, 43200, 2097152"})
    void whoWaitsLongerThanOthersIsMarked(long delay, long waits, int mark) {
        Patience patience = patience(delay);
        assertThat(patience.minSeconds()).isEqualTo(waits);
        assertThat(patience.step.next(Memory.NEVER, T0)).isEqualTo(Entry.of(T0, mark));
        assertThat(mark).isIn(0, Entry.SUSPECT);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, LATE,   240",
        "0,  EARLY,  240",
        "3,  EARLY,  237",
        "4,  EARLY,  236",
        "239, EARLY, 1",
        "240, PASSED, 0",
        "86399, PASSED, 0",
        "86400, LATE, 240",
    })
    void anAttemptIsJudgedByItsFirstOne(long later, Reason reason, long retryIn) {
        Patience patience = patience(0);
        long first = Entry.of(T0, 0);
        assertThat(patience.judge(first, T0 + later)).isEqualTo(reason);
        assertThat(patience.retryIn(first, reason, T0 + later)).isEqualTo(retryIn);
        assertThat(patience.step.next(first, T0 + later))
                .isEqualTo(
                        switch (reason) {
                            case LATE -> Entry.of(T0 + later, 0);
                            case EARLY -> Entry.of(T0, later > 3 && later < DELAY ? 1 : 0);
                            default -> first;
                        });
    }

    @ParameterizedTest
    @CsvSource({"6, 240", "7, 3600"})
    void onlyWhoHasHammeredWaitsAnHour(int tooEarly, long waits) {
        assertThat(patience(0).window(Entry.of(T0, tooEarly)).minSeconds()).isEqualTo(waits);
    }

    /// Within three seconds a question was only asked once more.
    @ParameterizedTest
    @CsvSource({"3, false", "4, true", "239, true"})
    void whoRetriesHasComeBack(long later, boolean isBack) {
        long first = Entry.of(T0, Entry.FIRST);
        assertThat(Entry.neverCameBack(patience(0).step.next(first, T0 + later)))
                .isEqualTo(!isBack);
    }

    /// What comes later than others may pass is a mail server's schedule.
    @ParameterizedTest
    @CsvSource({"239, 1", "240, 0", "1799, 0"})
    void aSuspectsRetryCountsWhileItIsTooSoonForOthersToo(long later, int tooEarly) {
        long first = Entry.of(T0, Entry.SUSPECT);
        assertThat(Entry.earlyRetries(patience(SUSPECT).step.next(first, T0 + later)))
                .isEqualTo(tooEarly);
    }

    /// Its life is weeks, and each time that is remembered is written to the journal.
    @ParameterizedTest
    @CsvSource({"0, false", "3599, false", "3600, true", "999999, true"})
    void aProvenTripletIsBroughtUpToDateOnceAnHour(long later, boolean isNew) {
        long proven = Entry.of(T0, Entry.PROVEN);
        Patience patience = patience(0);
        assertThat(patience.judge(proven, T0 + later)).isEqualTo(Reason.KNOWN);
        assertThat(patience.step.next(proven, T0 + later))
                .isEqualTo(isNew ? Entry.of(T0 + later, Entry.PROVEN) : proven);
    }

    @Test
    void aProvenTripletThatWasQuietForTooLongStartsOver() {
        long proven = Entry.of(T0, Entry.PROVEN);
        assertThat(patience(0).judge(proven, T0 + RETENTION)).isEqualTo(Reason.LATE);
        assertThat(patience(0).stepMessage.next(proven, T0 + RETENTION))
                .isEqualTo(Entry.of(T0 + RETENTION, Entry.FIRST | Entry.MESSAGE));
    }

    /// The same where SPF says later who it was.
    @ParameterizedTest
    @CsvSource({"3, false", "4, true", "239, true", "240, true"})
    void whoComesWhileTheClockRunsHasComeBack(long later, boolean isBack) {
        long first = Entry.of(T0, Entry.FIRST);
        assertThat(Entry.neverCameBack(patience(0).start.next(first, T0 + later)))
                .isEqualTo(!isBack);
    }

    /// A question that is asked once more is no retry, and one that starts the clock is none.
    @ParameterizedTest
    @CsvSource({
        "3, EARLY, false",
        "4, EARLY, true",
        "240, PASSED, true",
        "0, PASSED, true",
        "90000, LATE, false",
        "0, NEW, false",
        "500, KNOWN, false"
    })
    void onlyWhatComesEarlyOrPassesIsARetry(long later, Reason reason, boolean isReturn) {
        assertThat(Patience.isReturn(Entry.of(T0, 0), reason, T0 + later)).isEqualTo(isReturn);
    }

    @Test
    void aClockThatRunsIsNotStartedAgain() {
        Patience patience = patience(0);
        assertThat(patience.start.next(Memory.NEVER, T0)).isEqualTo(Entry.of(T0, 0));
        assertThat(patience.start.next(Entry.of(T0, 2), T0 + 9)).isEqualTo(Entry.of(T0, 2));
        assertThat(patience.start.next(Entry.of(T0, 2), T0 + WINDOW))
                .isEqualTo(Entry.of(T0 + WINDOW, 0));
    }
}
