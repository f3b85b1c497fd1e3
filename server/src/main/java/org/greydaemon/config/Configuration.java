package org.greydaemon.config;

import java.util.List;

/// A configuration without errors.
///
/// @param settings what to run with
/// @param all the settings of all options, in the order of the table
public record Configuration(DaemonSettings settings, List<Setting<?>> all) {}
