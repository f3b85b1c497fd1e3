package org.greydaemon.decision;

/// What becomes of one entry when an attempt looks at it. Pure: the same arguments give the same
/// answer, so the one who asked can repeat the question about what {@link Memory#step} returned.
@FunctionalInterface
public interface Rule {
    /// Only looks: whoever looks is nobody's retry, so not even that is noted.
    Rule LOOK = (seen, now) -> seen;

    /// What is remembered from now on: `seen` again to change nothing, another {@link Entry}, or
    /// {@link Memory#NEVER} to forget.
    ///
    /// @param seen what is remembered, an {@link Entry}, or {@link Memory#NEVER}
    /// @param now the time of the attempt in seconds
    long next(long seen, long now);
}
