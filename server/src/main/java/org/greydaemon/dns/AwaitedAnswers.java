package org.greydaemon.dns;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What threads wait for, each for one thing, until nobody waits for anything any more. Safe for
/// use by several threads.
final class AwaitedAnswers {
    private final Map<Thread, CompletableFuture<?>> all = new ConcurrentHashMap<>();

    // Written before all are cancelled, read after one is added: that one is cancelled by either.
    private volatile boolean ended;

    /// Waits for an answer that nobody else waits for.
    ///
    /// @throws java.util.concurrent.CancellationException if it is not there yet, and {@link #end}
    ///   was called
    <T> T get(CompletableFuture<T> found, long millis)
            throws InterruptedException, ExecutionException, TimeoutException {
        all.put(Thread.currentThread(), found);
        try {
            if (ended) {
                found.cancel(false);
            }
            return found.get(millis, TimeUnit.MILLISECONDS);
        } finally {
            all.remove(Thread.currentThread());
        }
    }

    /// Whether nobody waits any more.
    boolean isEnded() {
        return ended;
    }

    /// Lets nobody wait any longer. Idempotent.
    void end() {
        ended = true;
        all.values().forEach(found -> found.cancel(false));
    }
}
