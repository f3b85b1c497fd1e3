package org.greydaemon.metrics;

import java.util.concurrent.atomic.LongAdder;

/// Counts from 0 on. Safe for use by several threads; counting takes no lock and, unless threads
/// get in each other's way, creates nothing.
public final class Counter {
    private final LongAdder count = new LongAdder();

    /// Counts one more.
    public void increment() {
        count.increment();
    }

    /// The count now.
    public long value() {
        return count.sum();
    }
}
