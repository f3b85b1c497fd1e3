package org.greydaemon.exempt;

import java.io.IOException;
import java.util.Collection;

/// Whom operators allow, for those who tell other hosts. Safe for use by several threads.
public interface SharedAllowed {
    /// Before and after something was taken, with nothing between.
    record Taken(AllowedLines before, AllowedLines after) {}

    /// Who is allowed now.
    AllowedLines allowed();

    /// Takes what operators of other hosts have said, and returns when that would survive the death
    /// of the system.
    ///
    /// @throws IOException if it cannot be kept, or would be too much; nothing has changed
    Taken take(Collection<AllowedWord> words) throws IOException;
}
