package org.greydaemon.config;

import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/// How many addresses a sender may have. Who was seen with 7 in 9 attempts has more of them,
/// probably: each number is as likely as it makes what was seen (an address is drawn anew for each
/// attempt), and beforehand twice the number is half as likely.
final class PoolSizes {
    /// More make no difference: hardly any address comes back in time.
    private static final int MAX = 128;

    private final double[] weights = new double[MAX + 1];
    private double sum;

    private PoolSizes() {}

    /// Exactly so many.
    static PoolSizes of(int size) {
        PoolSizes sizes = new PoolSizes();
        sizes.weigh(Math.min(size, MAX), 1);
        return sizes;
    }

    /// After something was seen.
    ///
    /// @param addresses how many different ones; empty if nobody has counted them
    /// @param atLeast whether there were perhaps more
    /// @param attempts of how many attempts
    static PoolSizes seen(OptionalInt addresses, boolean atLeast, int attempts) {
        PoolSizes sizes = new PoolSizes();
        for (int size = 1; size <= MAX; size++) {
            double likely = addresses.isEmpty() ? 1.0 / size : 0; // Most known senders have one.
            if (addresses.isPresent()) {
                double[] distinct = distinct(size, attempts);
                int most = atLeast ? attempts : addresses.getAsInt();
                for (int count = addresses.getAsInt(); count <= most; count++) {
                    likely += distinct[count];
                }
            }
            sizes.weigh(size, likely / size);
        }
        return sizes;
    }

    /// How likely each number of different addresses is after so many attempts.
    private static double[] distinct(int size, int attempts) {
        double[] likely = new double[attempts + 1];
        likely[0] = 1;
        for (int attempt = 0; attempt < attempts; attempt++) {
            for (int count = attempt + 1; count >= 0; count--) {
                double seenBefore = likely[count] * count / size;
                double isNew =
                        count == 0 ? 0 : likely[count - 1] * Math.max(0, size - count + 1) / size;
                likely[count] = seenBefore + isNew;
            }
        }
        return likely;
    }

    private void weigh(int size, double weight) {
        weights[size] = weight;
        sum += weight;
    }

    /// A number by chance.
    int draw(RandomGenerator random) {
        double rest = random.nextDouble() * sum;
        int size = 0;
        while (size < MAX && rest >= 0) {
            size++;
            rest -= weights[size];
        }
        return size;
    }
}
