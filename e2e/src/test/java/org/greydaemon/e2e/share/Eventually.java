package org.greydaemon.e2e.share;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what other processes do, for two minutes at most.
public final class Eventually {
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    private Eventually() {}

    /// Waits until something holds.
    public static void holds(String what, BooleanSupplier condition) {
        is(what, true, condition::getAsBoolean);
    }

    /// Waits until something has a value.
    public static void is(String what, Object expected, Supplier<?> actual) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Object last = actual.get();
        while (!Objects.equals(last, expected)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        what
                                + ": expected\n"
                                + expected
                                + "\nbut after two minutes it is\n"
                                + last);
            }
            pause(20);
            last = actual.get();
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
