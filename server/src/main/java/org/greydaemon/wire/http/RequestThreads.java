package org.greydaemon.wire.http;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// Answers each request in a virtual thread of its own, and knows whether any is under way: the
/// JDK's server, which counts them too, misses one between its head and its body. Safe for use by
/// several threads.
final class RequestThreads implements Executor {
    private static final int ALL = Integer.MAX_VALUE;

    private final ThreadFactory threads = Thread.ofVirtual().name("http-", 1).factory();

    // One less for each request that is under way.
    private final Semaphore free = new Semaphore(ALL);

    @Override
    public void execute(Runnable request) {
        free.acquireUninterruptibly();
        boolean isStarted = false;
        try {
            threads.newThread(() -> run(request)).start();
            isStarted = true;
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

    /// How many are under way.
    int underWay() {
        return ALL - free.availablePermits();
    }
}
