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

    private static final String ORIGINAL = "original";
    private static final String ADDRESSES = "modern, each address for itself";
    private static final String NETWORKS = "and networks, with pools that are learned";
    private static final String HOSTS = "and host domains, with listed pools";
    private static final String FORMS = "and senders in one form";
    private static final String MODERN = "modern";
    private static final String HOSTER = "modern, a tenth of the bots with hosters' default names";

    private static final String LISTED = "modern, hosts on a list such as dnswl.org pass";
    private static final String HALF = "modern, half of the listed pools missing";

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
        Outcomes once = play(ADDRESSES);
        Outcomes again = play(ADDRESSES);
        assertThat(again.waited()).isEqualTo(once.waited()).isPositive();
        assertThat(again.othersStopped()).isEqualTo(once.othersStopped());
    }

    @Test
    void theMonthHasTheMailThatTheFileSays() {
        Outcomes outcomes = rules(ADDRESSES);
        // Some codes are asked for again.
        assertThat((double) outcomes.good()).isCloseTo(3300, withinPercentage(10));
        assertThat((double) outcomes.others()).isCloseTo(4500, withinPercentage(3));
    }

    @Test
    void whoIsOnAListWaitsForNothing() {
        assertThat(rules(LISTED).delayed()).isLessThan(rules(MODERN).delayed() / 2);
        assertThat(rules(LISTED).othersStopped()).isEqualTo(rules(MODERN).othersStopped());
    }

    @Test
    void eachIdentityLetsGoodMailWaitLess() {
        assertThat(rules(ADDRESSES).delayed()).isLessThan(rules(ORIGINAL).delayed());
        assertThat(rules(NETWORKS).delayed()).isLessThan(rules(ADDRESSES).delayed());
        assertThat(rules(HOSTS).delayed()).isLessThan(rules(NETWORKS).delayed() / 2);
        assertThat(rules(FORMS).delayed()).isLessThanOrEqualTo(rules(HOSTS).delayed());
        assertThat(rules(NETWORKS).waited()).isLessThan(rules(ADDRESSES).waited());
        assertThat(rules(HOSTS).waited()).isLessThan(rules(NETWORKS).waited() / 2);
    }

    @Test
    void suspectsThatWaitAreStoppedAndCostGoodMailLittle() {
        assertThat(rules(MODERN).othersStopped()).isGreaterThan(rules(FORMS).othersStopped());
        assertThat(rules(MODERN).recipientsStopped())
                .isGreaterThan(rules(FORMS).recipientsStopped());
        assertThat(rules(MODERN).delayed()).isLessThan(rules(NETWORKS).delayed() / 2);
        assertThat(rules(MODERN).othersStopped())
                .isGreaterThanOrEqualTo(rules(HOSTER).othersStopped());
    }

    @Test
    void poolsThatAreMissingCostGoodMailAndNoBotComesIn() {
        assertThat(rules(MODERN).waited()).isLessThan(rules(HALF).waited());
        assertThat(rules(HALF).waited()).isLessThan(rules(ADDRESSES).waited() / 2);
        assertThat(rules(HALF).lost()).isZero();
        assertThat(rules(HALF).othersStopped()).isEqualTo(rules(MODERN).othersStopped());
    }

    @Test
    void withTheModernRulesNobodyIsLostWhoRetries() {
        assertThat(rules(MODERN).lost()).isZero();
        assertThat(rules(ADDRESSES).lost()).isPositive();
    }
}
