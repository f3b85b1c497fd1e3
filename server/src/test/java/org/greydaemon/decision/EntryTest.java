package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What fits into the 64 bits of an entry.
final class EntryTest {
    @ParameterizedTest
    @CsvSource({
        "0,             0,       0",
        "1700000000,    8388607, 1700000000",
        "-1,            7,       0",
        "1099511627775, 1,       1099511627775",
        "1099511627776, 1,       1099511627775",
    })
    void timeAndMarkComeBack(long time, int mark, long kept) {
        long entry = Entry.of(time, mark);
        assertThat(Entry.time(entry)).isEqualTo(kept);
        assertThat(Entry.mark(entry)).isEqualTo(mark);
        assertThat(entry).isNotEqualTo(Memory.NEVER);
    }

    @Test
    void noEntrySaysNothing() {
        assertThat(Entry.mark(Memory.NEVER)).isZero();
        assertThat(Entry.time(Memory.NEVER)).isEqualTo(Memory.NEVER);
        assertThat(Entry.neverCameBack(Memory.NEVER)).isFalse();
        assertThat(Entry.ofOtherHost(Key.Kind.TRIPLET, Memory.NEVER)).isEqualTo(Memory.NEVER);
    }

    @Test
    void retriesAreCountedBelowTheFlags() {
        int flags = Entry.PROVEN | Entry.SUSPECT | Entry.FIRST | Entry.CAME_BACK | Entry.MESSAGE;
        assertThat(Entry.earlyRetries(Entry.of(1, flags | 9))).isEqualTo(9);
        assertThat(Entry.earlyRetries(Entry.of(1, flags))).isZero();
    }

    @Test
    void nobodyCameBackToTheFirstTripletThatHasNotPassed() {
        assertThat(Entry.neverCameBack(Entry.of(1, Entry.FIRST | Entry.SUSPECT | 3))).isTrue();
        assertThat(Entry.neverCameBack(Entry.of(1, 3))).isFalse();
        assertThat(Entry.neverCameBack(Entry.of(1, Entry.FIRST | Entry.CAME_BACK))).isFalse();
        assertThat(Entry.neverCameBack(Entry.of(1, Entry.FIRST | Entry.PROVEN))).isFalse();
    }

    /// Each host counts its own.
    @Test
    void whoWasFirstElsewhereIsNotFirstHere() {
        int mark = Entry.FIRST | Entry.MESSAGE | Entry.CAME_BACK | 5;
        assertThat(Entry.ofOtherHost(Key.Kind.NETWORK_TRIPLET, Entry.of(9, mark)))
                .isEqualTo(Entry.of(9, Entry.CAME_BACK | 5));
        assertThat(Entry.ofOtherHost(Key.Kind.SUSPECT, Entry.of(9, mark)))
                .isEqualTo(Entry.of(9, mark));
    }
}
