package org.greydaemon;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Counts what this thread allocates on the heap, for tests of what must not cost a garbage
/// collection once it is compiled.
public final class Allocation {
    private static final int ROUNDS = 40;

    /// The JVM's compilers may be late.
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final MethodHandle counter;

    /// Asks for the counter by name, because the module that it is in is needed for nothing else.
    public Allocation() throws ReflectiveOperationException {
        Object bean =
                Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getThreadMXBean")
                        .invoke(null);
        counter =
                MethodHandles.publicLookup()
                        .findVirtual(
                                Class.forName("com.sun.management.ThreadMXBean"),
                                "getCurrentThreadAllocatedBytes",
                                MethodType.methodType(long.class))
                        .bindTo(bean);
    }

    /// The octets that one round allocates.
    public long of(Runnable round) {
        long before = count();
        round.run();
        return count() - before;
    }

    /// The fewest octets that one of several rounds allocates: the first ones are not compiled.
    public long least(Runnable round) {
        long least = Long.MAX_VALUE;
        long patience = System.nanoTime() + PATIENCE_NANOS;
        for (int i = 0; least > 0 && (i < ROUNDS || System.nanoTime() < patience); i++) {
            least = Math.min(least, of(round));
        }
        return least;
    }

    private long count() {
        try {
            return (long) counter.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
