package org.greydaemon.server;

import java.time.Duration;

/// Has something done that may wait for a disk, and waits only so long for it: a disk that does not
/// answer, as of a server that is gone, must not keep the process from its end.
final class DiskWait {
    /// How long a disk may take that is only slow.
    static final long SECONDS = 5;

    /// Waits so long.
    static final DiskWait USUAL = new DiskWait(Duration.ofSeconds(SECONDS));

    private final Duration most;

    /// @param most how long anybody waits
    DiskWait(Duration most) {
        this.most = most;
    }

    /// Does it in a thread of its own, which nobody waits for any longer then.
    ///
    /// @param work waits for nothing but the disk
    /// @return whether it is done
    boolean isDone(Runnable work) {
        Thread thread = Thread.ofPlatform().daemon().name("removal").start(work);
        try {
            return thread.join(most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
