package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;

final class SegmentTest {
    private static Segment segment(int size) {
        return new Segment(0, MemorySegment.ofArray(new long[size / 8]), false);
    }

    @Test
    void aSegmentIsUsedToItsEnd() {
        Segment segment = segment(80);
        assertThat(segment.allocate(40)).isEqualTo(Segment.FIRST_OFFSET);
        assertThat(segment.allocate(40)).as("one word too many").isEqualTo(-1);
        assertThat(segment.allocate(32)).isEqualTo(48);
        assertThat(segment.allocate(8)).isEqualTo(-1);
        assertThat(segment.alive).isEqualTo(72);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "100, true", "792, true", "800, false", "1000, false"})
    void manyHolesAreMoreThanAFifth(int alive, boolean many) {
        Segment segment = segment(1_000);
        segment.alive = alive;
        assertThat(segment.hasManyHoles()).isEqualTo(many);
    }
}
