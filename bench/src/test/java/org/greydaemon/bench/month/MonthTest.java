package org.greydaemon.bench.month;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.greydaemon.replay.Outcomes;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The order of the rows of `bench/month`, on a tenth of the month.
final class MonthTest {
    private static final Path FILE =
            Path.of(System.getProperty("project.root", ".."), "bench", "month.toml");

    private final Plan plan = read();
    private final Map<String, Outcomes> played = new HashMap<>();

    private static Plan read() {
        try {
            return Plan.read(FILE).scaledTo(3000);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Outcomes rules(String name) {
        return played.computeIfAbsent(name, this::play);
    }

    private Outcomes play(String name) {
        RulesRow row =
                plan.rows().stream()
                        .filter(rules -> rules.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        try {
            return new Month(plan, 7).play(row).outcomes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theSameSeedIsTheSameMonth() {
        Outcomes once = play("modern");
        Outcomes again = play("modern");
        assertThat(again.waited()).isEqualTo(once.waited()).isPositive();
        assertThat(again.othersStopped()).isEqualTo(once.othersStopped());
    }

    @Test
    void theMonthHasTheMailThatTheFileSays() {
        Outcomes outcomes = rules("modern");
        // Some codes are asked for again.
        assertThat((double) outcomes.good()).isCloseTo(3100, withinPercentage(5));
        assertThat((double) outcomes.others()).isCloseTo(4500, withinPercentage(3));
    }

    @Test
    void modernRulesLetGoodMailWaitLessThanTheOriginals() {
        assertThat(rules("modern").delayed()).isLessThan(rules("original").delayed());
        assertThat(rules("modern").mean()).isLessThan(rules("original").mean());
    }
}
