package org.greydaemon.decision;

/// What becomes of one entry when an attempt looks at it. Pure: the same arguments give the same
/// answer, so the one who asked can repeat the question about what {@link Memory#step} returned.
@FunctionalInterface
public interface Rule {
    /// Whether the entry's time becomes `now`; else the entry stays as it is, or absent.
    ///
    /// @param seen the remembered time in seconds, or {@link Memory#NEVER}
    /// @param now the time of the attempt in seconds
    boolean remembersNow(long seen, long now);
}
