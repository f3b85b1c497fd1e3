package org.greydaemon.history;

import org.greydaemon.decision.Reason;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// What is kept over time. Each is read where its {@link Metric} is read; the names in lower case
/// are the words of the file and of JSON.
public enum Series {
    /// Attempts that passed.
    ACCEPTED(Metric.DECISIONS, labels -> accepts(labels.getLast())),
    /// Attempts that have to come again.
    DEFERRED(Metric.DECISIONS, labels -> defers(labels.getLast())),
    /// Of the reason with this name; so are the next ones.
    NEW(Reason.NEW),
    /// Of this reason.
    EARLY(Reason.EARLY),
    /// Of this reason.
    LATE(Reason.LATE),
    /// Of this reason.
    PASSED(Reason.PASSED),
    /// Of this reason.
    KNOWN(Reason.KNOWN),
    /// Of this reason: an exemption was used.
    EXEMPT(Reason.EXEMPT),
    /// Of this reason.
    AUTHENTICATED(Reason.AUTHENTICATED),
    /// Of this reason.
    UNIDENTIFIED(Reason.UNIDENTIFIED),
    /// Of this reason.
    BOUNCE(Reason.BOUNCE),
    /// Of this reason.
    MALFORMED(Reason.MALFORMED),
    /// Passed only because somebody looks on.
    OBSERVED(Metric.OBSERVED),
    /// Attempts of suspects that have to come again.
    SUSPECTS(Metric.SUSPECTS),
    /// Recipients for whom nobody came back, suspects' among them.
    NEVER_CAME_BACK(Metric.NEVER_CAME_BACK),
    /// Those of suspects.
    NEVER_CAME_BACK_SUSPECTS(Metric.NEVER_CAME_BACK, Series::areSuspects),
    /// Attempts with which nobody came back, suspects' among them.
    MESSAGES_NEVER_CAME_BACK(Metric.MESSAGES_NEVER_CAME_BACK),
    /// Those of suspects.
    MESSAGES_NEVER_CAME_BACK_SUSPECTS(Metric.MESSAGES_NEVER_CAME_BACK, Series::areSuspects),
    /// Clients that were proven and had not been before.
    PROVEN(Metric.PROVEN),
    /// Entries that had to go for want of room.
    EVICTED(Metric.EVICTIONS),
    /// How many entries there are; not a sum over time but the last value.
    ENTRIES(Metric.ENTRIES);

    private final Metric metric;

    @SuppressWarnings("ImmutableEnumChecker") // The lambdas above capture nothing that changes.
    private final Predicate<List<String>> wanted;

    Series(Metric metric) {
        this(metric, _ -> true);
    }

    Series(Reason reason) {
        this(Metric.DECISIONS, labels -> labels.getLast().equals(reason.word()));
    }

    Series(Metric metric, Predicate<List<String>> wanted) {
        this.metric = metric;
        this.wanted = wanted;
    }

    private static boolean areSuspects(List<String> labels) {
        return labels.getFirst().equals("suspect");
    }

    private static boolean accepts(String word) {
        return Reason.valueOf(word.toUpperCase(Locale.ROOT)).accepts();
    }

    private static boolean defers(String word) {
        return !accepts(word) && !word.equals(Reason.MALFORMED.word());
    }

    /// The word for files and programs.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether what counts is the last value, and not the sum.
    boolean isGauge() {
        return metric.kind() == Metric.Type.GAUGE;
    }

    /// Its value now: since the start of the process, or for a gauge as it is.
    long read(Metrics metrics) {
        return metrics.sum(metric, wanted);
    }
}
