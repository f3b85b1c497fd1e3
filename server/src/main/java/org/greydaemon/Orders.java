package org.greydaemon;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.config.Configuration;
import org.greydaemon.config.Sources;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.SteadyClock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the operator's files say, as it is in force: from the start on, and from each reload that
/// is not refused. It outlives a run (docs/adr/0025): a second one in the same process reads none
/// of them, as one may be for root alone, and another one half edited. Safe for use by several
/// threads.
final class Orders {
    private final Sources sources;
    private final SteadyClock clock;

    @GuardedBy("this")
    private Configuration configuration;

    @GuardedBy("this")
    private Optional<ExemptionLists> lists = Optional.empty();

    // Written by a reload, read by whoever asks how the daemon is.
    private volatile boolean refused;
    private volatile long goodAt;

    /// @param sources where the configuration comes from
    /// @param configuration what the daemon is started with; the lists are still to be read
    /// @param clock tells when something was read
    Orders(Sources sources, Configuration configuration, SteadyClock clock) {
        this.sources = sources;
        this.configuration = configuration;
        this.clock = clock;
        goodAt = clock.getAsLong();
    }

    /// Where the configuration comes from.
    Sources sources() {
        return sources;
    }

    /// The configuration in force.
    synchronized Configuration configuration() {
        return configuration;
    }

    /// White list and exemption files in force; empty while they are still to be read.
    synchronized Optional<ExemptionLists> lists() {
        return lists;
    }

    /// These are in force from now on.
    synchronized void follow(Configuration read, ExemptionLists readLists) {
        configuration = read;
        lists = Optional.of(readLists);
        refused = false;
        goodAt = clock.getAsLong();
    }

    /// What was read last is not in force.
    void refuse() {
        refused = true;
    }

    /// Says from where it can be read whether the last reload was refused; the start counts as one.
    void measure(Metrics metrics) {
        metrics.read(Metric.RELOAD_SUCCESSFUL, () -> refused ? 0 : 1);
        metrics.read(Metric.LAST_RELOAD_SECONDS, () -> goodAt + clock.wallOffsetSeconds());
    }

    /// What is wrong now, a line each. Mail is judged all the same after a refusal, so /readyz does
    /// not have it.
    List<String> problemsAnd(List<String> others) {
        if (!refused) {
            return others;
        }
        List<String> problems = new ArrayList<>(others);
        problems.add(
                "configuration: the last reload was refused, what was read before goes on; greyctl"
                        + " reload says why");
        return problems;
    }
}
