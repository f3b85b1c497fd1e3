package org.greydaemon.bench.month;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Things and how often each is meant, in parts of their sum.
final class Shares<T> {
    private final List<T> things = new ArrayList<>();
    private final List<Double> upTo = new ArrayList<>();
    private double sum;

    Shares(Map<T, Double> shares) {
        shares.forEach(this::add);
    }

    private void add(T thing, double share) {
        sum += share;
        things.add(thing);
        upTo.add(sum);
    }

    /// The thing at a place of all of them side by side.
    ///
    /// @param place from 0 on and below 1
    T at(double place) {
        int i = 0;
        while (i < things.size() - 1 && upTo.get(i) <= place * sum) {
            i++;
        }
        return things.get(i);
    }
}
