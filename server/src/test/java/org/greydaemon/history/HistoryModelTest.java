package org.greydaemon.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// The history against plain maps: whatever the clock does, and however often the daemon is stopped
/// or killed, what is told is the sum of what was counted. `-Dseed=` runs a failure again;
/// `-Dsoak=true` goes on for longer.
@Timeout(300)
final class HistoryModelTest {
    private static final long SEED = Long.getLong("seed", 20_261_128L);
    private static final int ROUNDS = Boolean.getBoolean("soak") ? 200 : 6;
    private static final int STEPS = 400;
    private static final long START = 1_795_000_000;

    /// How long a cell lasts, and how many there are.
    private static final Map<Integer, Integer> RINGS =
            Map.of(60, 2 * 24 * 60, 3_600, 62 * 24, 86_400, 3 * 366);

    /// What a slot holds.
    private record Slot(long cell, long sum) {}

    private final Map<Integer, Map<Long, Slot>> model = new HashMap<>();
    private final List<String> told = new ArrayList<>();
    private long now = START;
    private Metrics metrics = new Metrics();
    private Counter counter = metrics.counter(Metric.OBSERVED);

    private void open(Path file, List<History> histories) {
        metrics = new Metrics();
        counter = metrics.counter(Metric.OBSERVED);
        History opened = History.open(file, metrics, () -> now, new Histories.Heard(told));
        opened.flush(); // It has been read.
        histories.add(opened);
    }

    private void count(int count) {
        for (int i = 0; i < count; i++) {
            counter.increment();
        }
        RINGS.forEach((seconds, slots) -> {
            long cell = Math.floorDiv(now, seconds);
            model.computeIfAbsent(seconds, _ -> new HashMap<>())
                    .merge(
                            Math.floorMod(cell, (long) slots),
                            new Slot(cell, count),
                            (was, is) ->
                                    was.cell() == cell ? new Slot(cell, was.sum() + count) : is);
        });
    }

    private List<@Nullable Long> expected(Period period) {
        List<@Nullable Long> values = new ArrayList<>();
        for (int i = 0; i < period.steps(); i++) {
            long from = period.from(now) + (long) i * period.stepSeconds();
            Long sum = null;
            for (long t = from; t < from + period.stepSeconds(); t += period.cellSeconds()) {
                long cell = t / period.cellSeconds();
                Slot slot =
                        model.getOrDefault(period.cellSeconds(), Map.of())
                                .get(
                                        cell
                                                % Objects.requireNonNull(
                                                        RINGS.get(period.cellSeconds())));
                if (slot != null && slot.cell() == cell) {
                    sum = (sum == null ? 0 : sum) + slot.sum();
                }
            }
            values.add(sum);
        }
        return values;
    }

    @Test
    void anyClockAndAnyEndAreToldAsTheyWere(@TempDir Path folder) {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            Path file = folder.resolve("savefile.history" + round);
            model.clear();
            now = START;
            List<History> histories = new ArrayList<>();
            open(file, histories);
            for (int step = 0; step < STEPS; step++) {
                step(random, file, histories);
            }
            for (Period period : Period.values()) {
                assertThat(histories.getLast().values(Series.OBSERVED, period, now))
                        .as("seed %d, round %d, %s", SEED, round, period)
                        .isEqualTo(expected(period));
            }
            histories.forEach(History::close);
        }
        assertThat(told).isEmpty();
    }

    private void step(Random random, Path file, List<History> histories) {
        History history = histories.getLast();
        switch (random.nextInt(12)) {
            case 0 -> now += random.nextInt(7_200); // A clock that was set,
            case 1 -> now -= random.nextInt(7_200);
            case 2 -> now += random.nextInt(40) == 0 ? 90L * 86_400 : 86_400; // or a long absence.
            case 3 -> now = random.nextInt(20) == 0 ? 0 : now;
            case 4 -> {
                history.close();
                open(file, histories);
            }
            case 5 -> { // Killed: what was written within the last minute is there.
                now += 60;
                count(0);
                history.everySecond();
                history.flush();
                open(file, histories);
            }
            default -> now += 1 + random.nextInt(90);
        }
        now = Math.max(0, now);
        count(random.nextInt(5));
        histories.getLast().everySecond();
    }
}
