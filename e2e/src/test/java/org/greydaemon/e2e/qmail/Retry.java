package org.greydaemon.e2e.qmail;

/// The delay that the tests' daemons demand, and the waiting for it.
final class Retry {
    /// The value of `-m`. The daemon counts whole seconds, so that this is at most two of them.
    static final String MINUTES = "0.02";

    private static final long MILLIS = 2_100;

    private Retry() {}

    /// Lets so much time pass that a retry is not too soon.
    static void await() {
        try {
            Thread.sleep(MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
