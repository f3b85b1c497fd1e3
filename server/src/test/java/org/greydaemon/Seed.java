package org.greydaemon;

/// Where random tests begin: anew in each run, or at `-Dseed=` to run a failure again.
public final class Seed {
    private Seed() {}

    /// A seed.
    public static long next() {
        return Long.getLong("seed", System.nanoTime());
    }
}
