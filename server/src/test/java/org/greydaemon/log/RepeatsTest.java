package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicLong;

/// Folding, as whoever reads the log sees it.
final class RepeatsTest {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final AtomicLong now = new AtomicLong(1_000);
    private final LineLog log = new LineLog(read, false, now::get);
    private final FaultLog faults = new FaultLog(log);

    private String[] lines() {
        log.close();
        return read.toString(UTF_8).split("\n", -1);
    }

    private void pass(long seconds) {
        now.addAndGet(seconds);
        log.everySecond();
    }

    @Test
    void theFirstIsShownAndTheOthersOfTheMinuteAreCounted() {
        for (int i = 1; i <= 58; i++) {
            faults.closed("milter 127.0.0.1:" + i, "there is no command 'G'");
            now.addAndGet(1);
        }
        pass(1);
        pass(1);
        assertThat(lines())
                .containsExactly(
                        "milter 127.0.0.1:1: there is no command 'G'; connection closed",
                        "milter 127.0.0.1:58: there is no command 'G'; connection closed (57 more"
                                + " times in the last minute)",
                        "");
        assertThat(faults.faults()).isEqualTo(58);
    }

    @Test
    void aFloodIsToldOfEveryMinuteAndThenForgotten() {
        faults.closed("a", "x");
        faults.closed("b", "x");
        pass(60);
        faults.closed("c", "x");
        faults.closed("d", "x");
        pass(59);
        pass(1);
        pass(60);
        faults.closed("e", "x");
        assertThat(lines())
                .containsExactly(
                        "a: x; connection closed",
                        "b: x; connection closed (once more in the last minute)",
                        "d: x; connection closed (2 more times in the last minute)",
                        "e: x; connection closed",
                        "");
    }

    @Test
    void whatIsNotTheSameIsShownButForAFloodOfKinds() {
        for (int i = 0; i < 1_000; i++) {
            faults.closed("a", "kind " + i);
        }
        pass(60);
        assertThat(lines())
                .hasSize(Repeats.KINDS_MAX + 1 + 1 + 1)
                .contains("a: kind 19; connection closed", "a: kind 20; connection closed")
                .contains("a: kind 999; connection closed (979 more times in the last minute)");
    }

    @Test
    void whatAnOperatorAskedForIsNeverFolded() {
        log.tell(Event.RELOADED, "1 entries from f");
        log.tell(Event.RELOADED, "1 entries from f");
        assertThat(lines())
                .containsExactly("reload: 1 entries from f", "reload: 1 entries from f", "");
    }
}
