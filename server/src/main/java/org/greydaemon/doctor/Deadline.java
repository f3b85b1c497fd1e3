package org.greydaemon.doctor;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/// When the talk with a mail server has to be over: its connection is closed then, whatever it is
/// waited for. A limit for each read would let who says a letter a minute hold it for hours, and is
/// none for a write or a handshake. Safe for use by several threads.
final class Deadline implements AutoCloseable {
    private final Thread watch;
    private @Nullable Closeable connection;
    private String awaited = "";
    private boolean isReached;

    /// Waits until a time is over.
    interface Pause {
        /// Waits.
        ///
        /// @throws InterruptedException if nobody waits for that any more
        void await(Duration limit) throws InterruptedException;
    }

    Deadline(Duration limit, Pause pause) {
        watch = Thread.ofVirtual().name("doctor-deadline").start(() -> await(limit, pause));
    }

    private void await(Duration limit, Pause pause) {
        try {
            pause.await(limit);
        } catch (InterruptedException e) {
            return; // The talk was over before.
        }
        reach();
    }

    private synchronized void reach() {
        isReached = true;
        close(connection);
    }

    private static void close(@Nullable Closeable connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            // It is gone in any case.
        }
    }

    /// From now on this connection is the one that is closed at the deadline.
    synchronized void holds(Closeable opened) {
        connection = opened;
        if (isReached) {
            close(opened);
        }
    }

    /// An answer to this is waited for from now on.
    synchronized void awaits(String what) {
        awaited = what;
    }

    /// What an answer was waited for at the deadline; empty as long as it is not reached.
    synchronized String missed() {
        return isReached ? awaited : "";
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
