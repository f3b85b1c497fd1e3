package org.greydaemon.metrics;

import java.util.List;

/// What part of counted values lies below. Stateless.
public final class Quantile {
    private Quantile() {}

    /// The value up to which a part of the values goes, as Prometheus estimates it: within a bucket
    /// values are taken to be spread evenly. Never more than the largest value, and that if the
    /// part goes beyond the last bound.
    ///
    /// @param part from 0 to 1, 0.5 for the median
    /// @param bounds the largest value of each bucket but the last, rising
    /// @param counts of the buckets, one more than bounds
    /// @param largest the largest value, or what it is at most
    /// @return 0 if there are no values
    public static long of(double part, List<Long> bounds, List<Long> counts, long largest) {
        long all = counts.stream().mapToLong(Long::longValue).sum();
        double wanted = part * all;
        long below = 0;
        for (int i = 0; i < bounds.size(); i++) {
            long count = counts.get(i);
            if (count > 0 && below + count >= wanted) {
                long from = i == 0 ? 0 : bounds.get(i - 1);
                double at = from + (bounds.get(i) - from) * (wanted - below) / count;
                return Math.min(Math.round(at), largest);
            }
            below += count;
        }
        return all == 0 ? 0 : largest;
    }

    /// What the largest value is at most: all of them together, less the least that the others are.
    /// Of a single value it is the value.
    ///
    /// @param sum of all values
    public static long largest(List<Long> bounds, List<Long> counts, long sum) {
        int last = counts.size() - 1;
        while (last > 0 && counts.get(last) == 0) {
            last--;
        }
        long others = 0;
        for (int i = 1; i <= last; i++) {
            others += bounds.get(i - 1) * (counts.get(i) - (i == last ? 1 : 0));
        }
        // A value may be in the counts and not yet in the sum.
        long most = Math.max(last == 0 ? 0 : bounds.get(last - 1), sum - others);
        return last < bounds.size() ? Math.min(most, bounds.get(last)) : most;
    }
}
