package org.greydaemon.exchange;

import java.util.List;

/// Turns entries into the lines that another greylister's own programs take. Knows nothing of the
/// entries before.
public interface Writing {
    /// What stands before the entries.
    default List<String> begin() {
        return List.of();
    }

    /// The lines of an entry; none if it cannot be said in this form.
    List<String> lines(FoundEntry entry);

    /// What stands behind the entries.
    default List<String> end() {
        return List.of();
    }

    /// What to do about the entries without lines.
    String leftOut();
}
