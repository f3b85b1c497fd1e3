package org.greydaemon.admin;

import org.greydaemon.history.History;
import org.greydaemon.history.Period;
import org.greydaemon.history.Series;
import org.greydaemon.json.JsonLine;

import java.util.List;

/// What a postmaster would forward about the last day, week or month. Stateless.
final class PeriodReport {
    /// The most waits, and the most exemptions.
    private static final int SHOWN_MAX = 10;

    /// Few enough that a month of them is an answer that greyctl reads.
    private static final List<Series> DRAWN =
            List.of(Series.ACCEPTED, Series.DEFERRED, Series.MESSAGES_NEVER_CAME_BACK);

    private final History history;
    private final Waits waits;
    private final ExemptionRequests exemptions;

    /// @param history the figures over time
    /// @param waits the longest of them
    /// @param exemptions which of them served
    PeriodReport(History history, Waits waits, ExemptionRequests exemptions) {
        this.history = history;
        this.waits = waits;
        this.exemptions = exemptions;
    }

    /// The period as the history has it, with what is drawn of it, and `until`, `since` (when the
    /// first known step began), `totals` (a number for each series), `longest` (waits),
    /// `exemptions` (those that were used most since they were read).
    ///
    /// @param now the time in seconds
    /// @param wall the same in seconds since 1970
    JsonLine line(Period period, long now, long wall) {
        JsonLine line = history.json(period, wall, DRAWN).put("until", wall);
        History.Total total = history.total(period, wall);
        if (total.since() != History.NOTHING) {
            line.put("since", total.since());
        }
        JsonLine totals = new JsonLine();
        for (Series series : Series.values()) {
            totals.put(series.word(), total.of(series));
        }
        long seconds = wall - period.from(wall);
        return line.put("totals", totals)
                .putLines("longest", waits.longest(SHOWN_MAX, now, seconds))
                .putLines("exemptions", exemptions.mostUsed(SHOWN_MAX, wall));
    }
}
