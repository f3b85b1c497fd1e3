package org.greydaemon.wire.milter;

/// Where random tests begin: anew in each run, or at `-Dseed=` to run a failure again.
final class Seed {
    private Seed() {}

    static long next() {
        return Long.getLong("seed", System.nanoTime());
    }
}
