package org.greydaemon.wire.http;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Answers each request in a thread of its own, and knows whether any is under way: the JDK's
/// server, which counts them too, misses one between its head and its body. Safe for use by several
/// threads.
///
/// They are no virtual threads: one that waits for a disk keeps its carrier, of which there are as
/// many as processors, and while that hangs nobody could ask how the daemon is. There is one a
/// connection at most.
final class RequestThreads implements Executor {
    private static final int ALL = Integer.MAX_VALUE;

    private static final long IDLE_SECONDS = 10;

    private final ExecutorService threads =
            new ThreadPoolExecutor(
                    0,
                    ALL,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().daemon().name("http-", 1).factory());

    // One less for each request that is under way.
    private final Semaphore free = new Semaphore(ALL);

    @Override
    public void execute(Runnable request) {
        free.acquireUninterruptibly();
        boolean isStarted = false;
        try {
            threads.execute(() -> run(request));
            isStarted = true;
        } catch (OutOfMemoryError e) { // The system has no more threads; its error would be an end.
            throw new RejectedExecutionException("no thread is left for a request", e);
        } finally {
            if (!isStarted) {
                free.release();
            }
        }
    }

    private void run(Runnable request) {
        try {
            request.run();
        } finally {
            free.release();
        }
    }

    /// Waits until none is under way, so long at most.
    void awaitNone(long seconds) {
        try {
            if (free.tryAcquire(ALL, seconds, TimeUnit.SECONDS)) {
                free.release(ALL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends those that have nothing to do; nobody is answered any more.
    void stop() {
        threads.shutdown();
    }

    /// How many are under way.
    int underWay() {
        return ALL - free.availablePermits();
    }
}
