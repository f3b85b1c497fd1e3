package org.greydaemon.metrics;

import java.util.List;

/// What part of counted values lies below. Stateless.
public final class Quantile {
    private Quantile() {}

    /// The value below which a part of the values lies, as Prometheus estimates it: within a bucket
    /// values are taken to be spread evenly, and those beyond the last bound to be the bound.
    ///
    /// @param part from 0 to 1, 0.5 for the median
    /// @param bounds the largest value of each bucket but the last, rising
    /// @param counts of the buckets, one more than bounds
    /// @return 0 if there are no values
    public static long of(double part, List<Long> bounds, List<Long> counts) {
        long all = counts.stream().mapToLong(Long::longValue).sum();
        double wanted = part * all;
        long below = 0;
        for (int i = 0; i < bounds.size(); i++) {
            long count = counts.get(i);
            if (count > 0 && below + count >= wanted) {
                long from = i == 0 ? 0 : bounds.get(i - 1);
                return Math.round(from + (bounds.get(i) - from) * (wanted - below) / count);
            }
            below += count;
        }
        return all == 0 ? 0 : bounds.getLast();
    }
}
