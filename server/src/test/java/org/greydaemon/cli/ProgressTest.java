package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

final class ProgressTest {
    private final StringWriter terminal = new StringWriter();
    private long nanoTime;

    private Progress progress(boolean shown) {
        return new Progress(new PrintWriter(terminal), shown, () -> nanoTime);
    }

    @Test
    void oneLineIsWrittenOverFourTimesASecondAndThenGone() {
        try (Progress progress = progress(true)) {
            for (int i = 0; i < 1000; i++) {
                nanoTime += 1_000_000;
                long millis = nanoTime / 1_000_000;
                progress.at(() -> millis > 600 ? "end" : millis + " ms");
            }
        }
        assertThat(terminal).hasToString("\r250 ms\r500 ms\rend   \rend\r   \r");
    }

    @Test
    void whoDoesNotLookSeesNothing() {
        try (Progress progress = progress(false)) {
            nanoTime += 1_000_000_000;
            progress.at(() -> "x");
        }
        try (Progress progress = progress(true)) {
            progress.at(() -> "too soon");
        }
        assertThat(terminal).hasToString("");
    }
}
