package org.greydaemon.store.memory;

import java.util.concurrent.locks.ReentrantLock;

/// A lock that is held for less than a microsecond almost always: who finds it taken tries again
/// for a moment before he sleeps, because to be woken takes far longer than that.
final class BriefLock extends ReentrantLock {
    private static final long serialVersionUID = 1;

    /// A few microseconds altogether.
    private static final int TRIES = 64;

    @Override
    public void lock() {
        for (int i = 0; i < TRIES; i++) {
            if (tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        super.lock();
    }
}
