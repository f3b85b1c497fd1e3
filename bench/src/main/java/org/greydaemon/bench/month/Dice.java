package org.greydaemon.bench.month;

/// Chance that can be asked for any throw at any time: the n-th throw of a seed is always the same,
/// however many others were made. So a client's fifth attempt comes from the same address under all
/// rules, whatever these have answered to others.
final class Dice {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final long seed;
    private long throwsMade;

    Dice(long seed) {
        this.seed = mix(seed + GOLDEN);
    }

    /// Dice of their own for the n-th of several things.
    Dice of(long n) {
        return new Dice(seed ^ mix(n * GOLDEN + 1));
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return b ^ (b >>> 31);
    }

    /// The next 64 bits.
    long bits() {
        throwsMade++;
        return mix(seed + throwsMade * GOLDEN);
    }

    /// A number from 0 on and below 1.
    double share() {
        return (bits() >>> 11) * 0x1.0p-53;
    }

    /// A whole number from 0 on.
    int below(int bound) {
        return (int) (share() * bound);
    }

    /// A whole number of an interval, both ends included.
    long between(long from, long to) {
        return from + (long) (share() * (to - from + 1));
    }

    /// Whether it happens that happens in so many of a hundred cases.
    boolean percent(double percent) {
        return share() * 100 < percent;
    }
}
