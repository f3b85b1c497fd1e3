package org.greydaemon.config;

/// When a change of an option takes effect.
public enum Reload {
    /// At a reload.
    LIVE,
    /// At the next start.
    RESTART
}
