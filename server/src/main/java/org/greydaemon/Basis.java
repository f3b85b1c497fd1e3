package org.greydaemon;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.SteadyClock;

/// What all parts of the daemon stand on.
///
/// @param settings what it was started with
/// @param clock the time of attempts
/// @param log hears of decisions and events
/// @param metrics where figures can be read
record Basis(DaemonSettings settings, SteadyClock clock, LineLog log, Metrics metrics) {}
