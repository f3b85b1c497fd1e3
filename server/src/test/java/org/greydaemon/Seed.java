package org.greydaemon;

/// Where random tests begin: at one place in a normal run, so that what it says does not depend on
/// chance; anew in each run of `./check --soak`; or at `-Dseed=` to run a failure again.
public final class Seed {
    private static final long USUAL = 20_261_130;

    private Seed() {}

    /// A seed.
    public static long next() {
        return Long.getLong("seed", Boolean.getBoolean("soak") ? System.nanoTime() : USUAL);
    }
}
