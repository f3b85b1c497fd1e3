package org.greydaemon.log;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;

/// Says what was decided, in one of the daemon's log formats. Safe for use by several threads;
/// never waits and creates no garbage.
public interface DecisionLog {
    /// Says it.
    ///
    /// @param now the time in seconds
    void decided(Attempt attempt, Decision decision, long now);
}
