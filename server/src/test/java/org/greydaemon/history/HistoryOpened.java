package org.greydaemon.history;

import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A history in a folder of its own, whose clock a test moves.
@Timeout(60)
abstract class HistoryOpened {
    static final long NOON = 1_796_040_000 - 1_796_040_000 % 86_400 + 43_200;
    @TempDir Path folder;
    final List<String> told = new ArrayList<>();
    final List<History> open = new ArrayList<>();
    long now = NOON;
    Metrics metrics = new Metrics();
    Counter deferred = metrics.counter(Metric.DECISIONS, "udp", "new");

    Path file() {
        return folder.resolve("savefile.history");
    }

    History open() {
        metrics = new Metrics();
        deferred = metrics.counter(Metric.DECISIONS, "udp", "new");
        History history = History.open(file(), metrics, () -> now, new Histories.Heard(told));
        history.flush(); // It has been read.
        open.add(history);
        return history;
    }

    @AfterEach
    void close() {
        open.forEach(History::close);
    }

    static void pass(History history, int seconds, Runnable clock) {
        for (int i = 0; i < seconds; i++) {
            clock.run();
            history.everySecond();
        }
    }
}
