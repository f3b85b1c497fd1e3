package org.greydaemon;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.InheritedSockets;
import org.greydaemon.server.Predecessor;
import org.greydaemon.server.SteadyClock;

import java.util.List;
import java.util.Optional;

/// What all parts of the daemon stand on.
///
/// @param settings what this run was started with
/// @param orders what the operator says, as it is in force
/// @param clock the time of attempts
/// @param log hears of decisions and events
/// @param metrics where figures can be read
/// @param sockets that listen already
/// @param predecessor the daemon that is taken over from, if any
/// @param soughtInVain whether there was to be one, and none answered
record Basis(
        DaemonSettings settings,
        Orders orders,
        SteadyClock clock,
        LineLog log,
        Metrics metrics,
        InheritedSockets sockets,
        Optional<Predecessor> predecessor,
        boolean soughtInVain) {
    /// For a second run in the same process: with what is in force by now.
    ///
    /// @param left the sockets of the first one, by the numbers that the system knows them
    Basis again(List<Integer> left) {
        return new Basis(
                orders.configuration().settings(),
                orders,
                clock,
                log,
                new Metrics(),
                InheritedSockets.of(left),
                Optional.empty(),
                false);
    }
}
