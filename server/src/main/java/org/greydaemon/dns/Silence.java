package org.greydaemon.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Whether it makes sense to wait for DNS. When several in a row have waited in vain, one in a few
/// seconds tries, and the others go on without: those who ask of the same, a network or a domain
/// whose servers are silent; and all, if the DNS server that we ask has said nothing at all to
/// anybody meanwhile, not even when it was asked for what it must know. Anybody can have a zone
/// that is silent, and is not to have others judged without DNS. Safe for use by several threads.
public final class Silence {
    /// How many must have waited in vain.
    static final int WAITED_MIN = 3;

    /// How long it is until the next one tries.
    static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// How long the server has to say something when it is asked for what it must know.
    static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// The most subjects that are counted; those that nobody has waited for for longest go first.
    static final int SUBJECTS_MAX = 4_096;

    private static final class Row {
        private int waited;
        private long since;
    }

    private final LongSupplier nanos;
    private final int waitedMin;
    private final long pauseNanos;
    private final Row all = new Row();

    @GuardedBy("this")
    private final Map<Object, Row> subjects =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Object, Row> eldest) {
                    return size() > SUBJECTS_MAX;
                }
            };

    private long lastAnswer;
    private boolean isAnswered;
    private long probed;

    /// @param nanos the monotonic clock, in nanoseconds
    /// @param waitedMin how many must have waited in vain
    /// @param pauseNanos how long it is until the next one tries
    Silence(LongSupplier nanos, int waitedMin, long pauseNanos) {
        this.nanos = nanos;
        this.waitedMin = waitedMin;
        this.pauseNanos = pauseNanos;
    }

    /// @param nanos the monotonic clock, in nanoseconds
    Silence(LongSupplier nanos) {
        this(nanos, WAITED_MIN, PAUSE_NANOS);
    }

    /// Waits again and again.
    static Silence never() {
        return new Silence(() -> 0, Integer.MAX_VALUE, 0);
    }

    /// The time, for {@link #goesOn}.
    long now() {
        return nanos.getAsLong();
    }

    /// Whether one more may wait for an answer.
    ///
    /// @param subject what is asked of
    synchronized boolean mayAsk(Object subject) {
        long now = nanos.getAsLong();
        Row its = subjects.get(subject);
        return (its == null || mayAsk(its, now)) && (!lasts() || mayAsk(all, now));
    }

    private boolean mayAsk(Row row, long now) {
        if (row.waited >= waitedMin) {
            if (now - row.since < pauseNanos) {
                return false;
            }
            row.since = now;
        }
        return true;
    }

    /// Whether nothing at all answers.
    synchronized boolean lasts() {
        return all.waited >= waitedMin && nanos.getAsLong() - probed >= PROBE_NANOS;
    }

    /// Whether nobody can be asked now: nothing answers, and it is not yet time that one tries.
    /// Else who asks only when this says so would never find out.
    synchronized boolean pauses() {
        return lasts() && nanos.getAsLong() - all.since < pauseNanos;
    }

    /// Somebody has waited in vain.
    ///
    /// @param began when he did, as {@link #now} said
    /// @return whether the server is to be asked now for what it must know
    synchronized boolean goesOn(Object subject, long began) {
        long now = nanos.getAsLong();
        waited(subjects.computeIfAbsent(subject, _ -> new Row()), now);
        if (isAnswered && lastAnswer - began >= 0) {
            return false;
        }
        waited(all, now);
        if (all.waited == 1) {
            probed = now;
        }
        // Who tries later may have asked of somebody who is silent while the server is back.
        return all.waited == 1 || all.waited > waitedMin;
    }

    private static void waited(Row row, long now) {
        row.waited = Math.min(row.waited, Integer.MAX_VALUE - 1) + 1;
        row.since = now;
    }

    /// There was an answer, if only that nobody knows; it may have been kept.
    synchronized void ends(Object subject) {
        subjects.remove(subject);
    }

    /// The server has said something, to whatever it was asked.
    synchronized void answers() {
        isAnswered = true;
        lastAnswer = nanos.getAsLong();
        all.waited = 0;
    }
}
