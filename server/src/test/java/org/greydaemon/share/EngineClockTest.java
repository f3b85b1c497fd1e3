package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Map;

/// How far the engine's clock is ahead of ours, as far as that can be known.
final class EngineClockTest {
    private static final long START = 1_800_000_000_000L;

    private static final long NOW = START / 1000;

    @TempDir Path folder;

    private final Remembered store = new Remembered();
    private final LoneHost.Clocks clocks = new LoneHost.Clocks();
    private long ours = START;
    private int asked;

    private OurSide side() {
        return LoneHost.side(LoneHost.settings(1), store, folder, clocks);
    }

    private static void compare(EngineClock clock, long engineSeconds) throws Exception {
        try (TinyEngine tiny = TinyEngine.start(Map.of("TIME", TinyEngine.time(engineSeconds)));
                Engine engine =
                        Engine.open(tiny.settings(), new AnswerDeadline(System::nanoTime))) {
            clock.compare(engine);
        }
    }

    /// A machine without a battery wakes up in 1970, and time goes on from the files: on the engine
    /// it must not expire everything.
    @Test
    void anImpossibleClockIsNotComparedButTheTimeThatIsGoneBy() throws Exception {
        clocks.wallMillis.set(60_000);
        EngineClock clock = side().clock();
        assertThat(clock.millis()).as("before it is compared").isEqualTo(START);
        compare(clock, NOW + 500);
        assertThat(clock.seconds()).isEqualTo(NOW + 500);
        assertThat(clock.millis()).isEqualTo(START + 500_000);
        assertThat(clock.toEngine()).isEqualTo(500);
        clocks.set(NOW + 500 - 60); // NTP has come.
        assertThat(clock.seconds()).isEqualTo(NOW + 500);
        compare(clock, NOW + 500);
        assertThat(clock.seconds()).isEqualTo(NOW + 500);
    }

    /// Nothing goes from the streams that others wait for, however long it takes until somebody
    /// looks at the wall clock.
    @ParameterizedTest
    @ValueSource(longs = {864_000, -864_000})
    void whoSetsTheWallClockDoesNotSetTheEngines(long seconds) throws Exception {
        EngineClock clock = side().clock();
        compare(clock, NOW + 90);
        long trim = clock.trimMillis();
        long made = clock.millis(clocks.steadyMillis.get());
        clocks.wallMillis.addAndGet(1000 * seconds);
        clocks.steadyMillis.addAndGet(700);
        assertThat(clock.isSet()).as("it is not noticed yet").isFalse();
        assertThat(clock.trimMillis()).isEqualTo(trim + 700);
        assertThat(clock.millis(clocks.steadyMillis.get())).isEqualTo(made + 700);
        clocks.wallOffset.addAndGet(seconds);
        assertThat(clock.isSet()).isTrue();
        assertThat(clock.seconds()).isEqualTo(NOW + 90);
        assertThat(clock.toEngine()).isEqualTo(90 - seconds);
        assertThat(clock.skewMillis()).isEqualTo(90_000 - 1000 * seconds);
        assertThat(clock.trimMillis()).isEqualTo(trim + 700);
    }

    /// Entries of the store have the time of the start's clock, however that was set since.
    @ParameterizedTest
    @CsvSource({"3600, 3600", "-3600, -3600", "3600, 0", "-3600, 0", "3600, 90000"})
    void whatOthersTellHasTheStoresTimeThoughTheWallClockWasSet(long by, long engineAhead)
            throws Exception {
        EngineClock clock = side().clock();
        clocks.set(by);
        Adoption adoption =
                new Adoption(
                        store,
                        () -> LoneHost.LIFETIMES,
                        clocks.now::get,
                        clock::millis,
                        clock::aheadOfStore,
                        new Tombstones(),
                        _ -> false,
                        _ -> {});
        compare(clock, NOW + engineAhead);
        long told = NOW + engineAhead - 20;
        String line = "N " + told + "000 I " + told + " 192.0.2.2\n";
        adoption.lines(line.getBytes(ISO_8859_1), false, true);
        adoption.proven(new Timed("I 0 192.0.2.3", told));
        clocks.set(-by); // Set right again, and heard of before anybody compares.
        adoption.proven(new Timed("I 0 192.0.2.4", told));
        assertThat(store.entries)
                .hasSize(3)
                .allSatisfy((_, entry) -> assertThat(entry).isEqualTo(Entry.of(NOW - 20, 0)));
        assertThat(adoption.strange()).isZero();
    }

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
