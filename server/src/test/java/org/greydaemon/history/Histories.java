package org.greydaemon.history;

import org.greydaemon.metrics.Metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/// Histories for tests.
public final class Histories {
    private Histories() {}

    /// One of which nothing is known.
    public static History none(LongSupplier clock) {
        Path nowhere = Path.of("no-such-folder", "history");
        return History.open(nowhere, new Metrics(), clock, new Heard(List.of()));
    }

    /// Hears what a history tells.
    record Heard(List<String> lines) implements History.Observer {
        @Override
        public void damaged(Path file, String what) {
            lines.add("damaged: " + what);
        }

        @Override
        public void failed(Path file, IOException cause, boolean isFirst) {
            if (isFirst) {
                lines.add("failed: " + cause.getMessage());
            }
        }

        @Override
        public void works(Path file) {
            lines.add("works");
        }
    }
}
