package org.greydaemon.observe;

import org.greydaemon.history.History;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.nio.file.Path;

/// Tells the operator what the history has to tell.
public final class HistoryNotices implements History.Observer {
    private final LineLog log;
    private final Counter failures;

    private HistoryNotices(LineLog log, Metrics metrics) {
        this.log = log;
        failures = metrics.counter(Metric.FILE_FAILURES, "history");
    }

    /// The history beside a save file; it is still to begin.
    public static History beside(Path saveFile, LineLog log, SteadyClock clock, Metrics metrics) {
        Path file = saveFile.resolveSibling(saveFile.getFileName() + ".history");
        return History.closed(file, metrics, clock::wall, new HistoryNotices(log, metrics));
    }

    @Override
    public void damaged(Path file, String what) {
        log.tell(Event.HISTORY, file + ": " + what + "; mail is not concerned");
    }

    @Override
    public void failed(Path file, IOException cause, boolean isFirst) {
        failures.increment();
        if (isFirst) {
            log.tell(
                    Event.HISTORY,
                    FileFault.words(file, cause)
                            + "; it is kept in memory only, and mail is not concerned");
        }
    }

    @Override
    public void works(Path file) {
        log.tell(Event.HISTORY, file + ": is written again");
    }
}
