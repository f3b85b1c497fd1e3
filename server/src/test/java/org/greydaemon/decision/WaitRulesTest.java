package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Set;

/// Mail that waits as a line of the operator's says (docs/terms.md).
final class WaitRulesTest {
    private static final long T0 = 1_700_000_000;
    private static final long DELAY = 240;
    private static final long SUSPECT = 1800;
    private static final long WINDOW = 10_000;
    private static final RetryWindow USUAL = new RetryWindow(DELAY, WINDOW);
    private static final Retention RETENTION = new Retention(100_000);

    private final MapMemory memory = new MapMemory();
    private final Attempt attempt = new Attempt(4096, 10);
    private final Decision decision = new Decision(10);

    enum Ruled {
        ORIGINAL,
        MODERN,
        MODERN_SUSPECT
    }

    private static Rules rules(Ruled by) {
        return by == Ruled.ORIGINAL
                ? new OriginalRules(USUAL, RETENTION)
                : new ModernRules(
                        USUAL,
                        RETENTION,
                        Identification.PLAIN,
                        new Suspects(SUSPECT, 9, 3600, 2, Set.of("mx.our.example")));
    }

    private Decision decide(Rules rules, Ruled by, long now, Wait wait) {
        attempt.start(Source.NONE);
        byte[] text = "192.0.2.1a@bc@d".getBytes(ISO_8859_1);
        attempt.client(text, 0, 9);
        attempt.evidence().helo(by == Ruled.MODERN_SUSPECT ? "mx.our.example" : "");
        attempt.sender(text, 9, 12);
        attempt.recipient(text, 12, 15);
        attempt.causeOfAll(
                new Cause() {
                    @Override
                    public int write(byte[] to, int at) {
                        return at;
                    }

                    @Override
                    public Wait waits() {
                        return wait;
                    }
                });
        decision.start();
        rules.judge(attempt, memory, now, decision);
        return decision;
    }

    /// A mail server that retries each minute at first and then more seldom, as hotmail.com does,
    /// is no hammerer for that the mail waits longer than others.
    @Test
    void whatWaitsLongerByALineIsNotHammeredByAMailServersSchedule() {
        Wait wait = new Wait(1800, -1);
        Rules rules = rules(Ruled.MODERN).covering(Set.of(wait));
        for (int later :
                new int[] {0, 61, 123, 184, 306, 367, 428, 487, 600, 728, 850, 970, 1200}) {
            assertThat(decide(rules, Ruled.MODERN, T0 + later, wait).accepts()).isFalse();
        }
        assertThat(decide(rules, Ruled.MODERN, T0 + 1936, wait).reason()).isEqualTo(Reason.PASSED);
    }

    @ParameterizedTest
    @CsvSource({
        "ORIGINAL,       600, 5000, 600,  5000",
        "ORIGINAL,       600, -1,   600,  10000",
        "ORIGINAL,       -1,  5000, 240,  5000",
        "MODERN,         600, 5000, 600,  5000",
        "MODERN,         0,   -1,   0,    10000",
        "MODERN,         -1,  5000, 240,  5000",
        "MODERN,         -1,  -1,   240,  10000",
        "MODERN_SUSPECT, 600, -1,   600,  10000",
        "MODERN_SUSPECT, -1,  5000, 1800, 5000",
        "MODERN_SUSPECT, -1,  3000, 1500, 3000",
        "MODERN_SUSPECT, -1,  -1,   1800, 10000",
    })
    void mailWaitsAsItsLineSays(Ruled by, long delay, long window, long passes, long late) {
        Wait wait = new Wait(delay, window);
        for (Rules rules : List.of(rules(by), rules(by).covering(Set.of(wait)))) {
            memory.forgetAll();
            if (passes > 0) {
                assertThat(decide(rules, by, T0, wait).retryInSeconds()).isEqualTo(passes);
                assertThat(decide(rules, by, T0 + passes - 1, wait).reason())
                        .isEqualTo(Reason.EARLY);
                assertThat(decision.retryInSeconds()).isOne();
            }
            memory.forgetAll();
            decide(rules, by, T0, wait);
            assertThat(decide(rules, by, T0 + late, wait).reason()).isEqualTo(Reason.LATE);
            memory.forgetAll();
            decide(rules, by, T0, wait);
            assertThat(decide(rules, by, T0 + late - 1, wait).reason())
                    .isIn(Reason.PASSED, Reason.KNOWN);
        }
    }

    /// Else what waits longest would be forgotten before its time has come.
    @ParameterizedTest
    @EnumSource(Ruled.class)
    void whatWaitsLongestIsKeptForItsTime(Ruled by) {
        Wait longer = new Wait(5_000, 50_000);
        Rules.Lifetimes before = rules(by).lifetimes();
        Rules.Lifetimes after = rules(by).covering(Set.of(longer, Wait.USUAL)).lifetimes();
        assertThat(before.tripletWindow()).isEqualTo(WINDOW);
        assertThat(after.tripletWindow()).isEqualTo(50_000);
        assertThat(after.triplet()).isEqualTo(by == Ruled.ORIGINAL ? 150_000 : 100_000);
        assertThat(after.fresh()).isEqualTo(5_000 + Rules.Lifetimes.GRACE);
        assertThat(after.suspectFresh()).isEqualTo(5_000 + Rules.Lifetimes.GRACE);
        assertThat(before.fresh()).isEqualTo(DELAY + Rules.Lifetimes.GRACE);
        assertThat(before.suspectFresh())
                .isEqualTo((by == Ruled.ORIGINAL ? DELAY : SUSPECT) + Rules.Lifetimes.GRACE);
        assertThat(after.client()).isEqualTo(RETENTION.seconds());
    }

    @ParameterizedTest
    @CsvSource({
        "-1,   -1,   240,  10000, true",
        "500,  -1,   500,  10000, true",
        "-1,   200,  100,  200,   false",
        "500,  500,  250,  500,   false",
        "500,  501,  500,  501,   true",
    })
    void halfOfAWindowStaysOpen(long delay, long window, long from, long to, boolean isOpen) {
        Wait wait = new Wait(delay, window);
        assertThat(wait.window(USUAL)).isEqualTo(new RetryWindow(from, to));
        assertThat(wait.isOpen(USUAL)).isEqualTo(isOpen);
        for (Ruled by : Ruled.values()) {
            assertThat(rules(by).window(wait)).isEqualTo(new RetryWindow(from, to));
            assertThat(rules(by).window()).isEqualTo(USUAL);
        }
    }
}
