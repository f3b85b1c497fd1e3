package org.greydaemon.admin;

import java.util.List;
import java.util.Optional;

/// What came of a reload.
///
/// @param refusal why nothing has changed; empty if what was read is in force
/// @param lines for the operator, as in the log: what is wrong, or what has changed
/// @param waiting keys whose new values need a restart
public record Reloaded(Optional<String> refusal, List<String> lines, List<String> waiting) {
    /// A copy, which cannot be changed.
    public Reloaded {
        lines = List.copyOf(lines);
        waiting = List.copyOf(waiting);
    }
}
