package org.greydaemon.e2e.share;

import org.jspecify.annotations.Nullable;

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

    /// Waits until something has a value. Who cannot be asked has none yet: a server that fails
    /// over cuts its connections.
    public static void is(String what, Object expected, Supplier<?> actual) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        @Nullable Object last = ask(actual);
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
            last = ask(actual);
        }
    }

    private static @Nullable Object ask(Supplier<?> actual) {
        try {
            return actual.get();
        } catch (IllegalStateException e) {
            return e.toString();
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
