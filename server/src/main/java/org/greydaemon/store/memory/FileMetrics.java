package org.greydaemon.store.memory;

import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.metrics.Timer;

import java.util.function.LongSupplier;

/// How long the store's files take, and how often they cannot be written. Safe for use by several
/// threads.
public final class FileMetrics {
    final Timer journalWrite;
    final Timer journalSync;
    final Timer save;
    final Counter journalFailures;
    final Counter saveFailures;

    /// @param metrics where the figures can be read
    /// @param nanos the monotonic clock, in nanoseconds
    public FileMetrics(Metrics metrics, LongSupplier nanos) {
        journalWrite = new Timer(metrics.histogram(Metric.JOURNAL_WRITE_SECONDS), nanos);
        journalSync = new Timer(metrics.histogram(Metric.JOURNAL_SYNC_SECONDS), nanos);
        save = new Timer(metrics.histogram(Metric.SAVE_SECONDS), nanos);
        journalFailures = metrics.counter(Metric.FILE_FAILURES, "journal");
        saveFailures = metrics.counter(Metric.FILE_FAILURES, "savefile");
    }

    /// Figures that nobody looks at.
    static FileMetrics unseen() {
        return new FileMetrics(new Metrics(), () -> 0);
    }
}
