package org.greydaemon.server;

import org.greydaemon.system.SystemCall;

import sun.misc.Signal;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The signals that the daemon understands. `sun.misc.Signal` is the only door that Java has to
/// them; the handlers run on a thread of the JVM's.
public final class Signals {
    private final Semaphore stop = new Semaphore(0);

    private final SignalActions actions = new SignalActions();

    /// Lets TERM and INT end {@link #awaitStop}. The others wait until {@link #on} says what they
    /// do: left alone they would end the process, for example while it loads its save file.
    public Signals() {
        handle("TERM", stop::release);
        handle("INT", stop::release);
        for (String name : List.of("HUP", "USR1", "ALRM")) {
            handle(name, () -> actions.came(name));
        }
    }

    /// Takes a signal even if it was ignored when the process began, as `nohup` and a shell's `&`
    /// have it, and our launcher until we are here: the JVM would leave HUP, INT and TERM ignored
    /// without a word. It looks whether they are, so they get a handler that does nothing first.
    private static void handle(String name, Runnable action) {
        Signal signal = new Signal(name);
        doNothing(signal.getNumber());
        Signal.handle(signal, _ -> action.run());
    }

    private static void doNothing(int number) {
        try (Arena arena = Arena.ofConfined()) {
            // abs(3) is as good as any function that takes a number and changes nothing.
            int _ =
                    new SystemCall("signal")
                            .call(
                                    SystemCall.errnoState(arena),
                                    number,
                                    SystemCall.symbol("abs").address());
        }
    }

    /// Runs an action at each signal of this name, without `SIG`: HUP, USR1 or ALRM. If one has
    /// come already, it runs at once, in a thread of its own; those that come while it runs are
    /// obeyed once more together.
    public void on(String name, Runnable action) {
        actions.on(name, action);
    }

    /// Signals wait again until {@link #on} says what they do.
    public void hold() {
        actions.hold();
    }

    /// Ends {@link #awaitStop} as a signal does.
    public void stop() {
        stop.release();
    }

    /// Whether the signal to stop has come, and nobody has waited for it yet.
    public boolean isToStop() {
        return stop.availablePermits() > 0;
    }

    /// Waits for the signal to stop.
    public void awaitStop() {
        try {
            stop.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for one more signal to stop: somebody is in a hurry.
    ///
    /// @return whether it has come in this time
    public boolean awaitAnother(long seconds) {
        try {
            return stop.tryAcquire(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
