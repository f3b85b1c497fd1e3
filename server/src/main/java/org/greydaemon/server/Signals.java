package org.greydaemon.server;

import sun.misc.Signal;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The signals that the daemon understands. `sun.misc.Signal` is the only door that Java has to
/// them; the handlers run on a thread of the JVM's.
public final class Signals {
    private final CountDownLatch stop = new CountDownLatch(1);

    /// Lets TERM and INT end {@link #awaitStop}. The others do nothing until {@link #on} says what:
    /// left alone they would end the process, for example while it loads its save file.
    public Signals() {
        on("TERM", stop::countDown);
        on("INT", stop::countDown);
        for (String name : List.of("HUP", "USR1", "ALRM")) {
            on(name, () -> {});
        }
    }

    /// Runs an action at each signal of this name, without `SIG`.
    public final void on(String name, Runnable action) {
        Signal.handle(new Signal(name), signal -> action.run());
    }

    /// Waits for the signal to stop.
    public void awaitStop() {
        try {
            stop.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
