package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

final class ProviderWaitsTest {
    private final ProviderWaits waits = new ProviderWaits(List.of(60L, 300L));

    @Test
    void theProvidersWithTheMostMailsComeFirst() {
        waits.passed("example.com", 61);
        waits.passed("example.org", 10);
        waits.passed("example.org", 300);
        waits.passed("example.org", 301);
        assertThat(waits.most(5))
                .containsExactly(
                        new ProviderWaits.Provider("example.org", List.of(1L, 1L, 1L), 301),
                        new ProviderWaits.Provider("example.com", List.of(0L, 1L, 0L), 61));
        assertThat(waits.most(1)).hasSize(1);
        assertThat(waits.longestOfAll()).isEqualTo(301);
    }

    @Test
    void whoeverHasFewestMakesRoomAndNoMailIsLost() {
        waits.passed("big.example", 1);
        waits.passed("big.example", 1);
        waits.passed("0.example", 77);
        for (int i = 0; i < 1_000; i++) {
            waits.passed(i + ".example", 1);
        }
        List<ProviderWaits.Provider> all = waits.most(Integer.MAX_VALUE);
        assertThat(all).hasSizeLessThanOrEqualTo(ProviderWaits.DOMAINS_MAX + 1);
        assertThat(all.stream().mapToLong(ProviderWaits.Provider::mails).sum()).isEqualTo(1_003);
        assertThat(all).first().extracting(ProviderWaits.Provider::domain).isEqualTo("others");
        assertThat(all).extracting(ProviderWaits.Provider::domain).contains("big.example");
        assertThat(waits.longestOfAll()).isEqualTo(77);
    }

    @Test
    void whoHasAsManyMailsComesByName() {
        for (String name : List.of("e", "b", "a", "d", "c")) {
            waits.passed(name + ".example", 1);
        }
        waits.passed("d.example", 1);
        assertThat(waits.most(9))
                .extracting(ProviderWaits.Provider::domain)
                .containsExactly("d.example", "a.example", "b.example", "c.example", "e.example");
    }

    /// However long these had waited; and clients without a name are nobody who could go.
    @Test
    void whoeverHasFewestMakesRoomThoughNobodyHasOnlyOne() {
        waits.passed(ProviderWaits.NO_NAME, 1);
        for (int i = 0; i < 2; i++) {
            waits.passed("few.example", 5_000);
        }
        for (int i = 0; i < 3 * (ProviderWaits.DOMAINS_MAX - 2); i++) {
            waits.passed(i / 3 + ".example", 1);
        }
        assertThat(waits.most(Integer.MAX_VALUE)).hasSize(ProviderWaits.DOMAINS_MAX);
        waits.passed("new.example", 1);
        assertThat(waits.most(Integer.MAX_VALUE))
                .hasSize(ProviderWaits.DOMAINS_MAX + 1)
                .contains(new ProviderWaits.Provider("others", List.of(0L, 0L, 2L), 5_000))
                .extracting(ProviderWaits.Provider::domain)
                .contains("new.example", "0.example", "253.example", ProviderWaits.NO_NAME)
                .doesNotContain("few.example");
    }
}
