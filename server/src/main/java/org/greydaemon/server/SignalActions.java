package org.greydaemon.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is done at each signal, one after the other: those that come while it is being done, or
/// before anybody has said what it is, are obeyed once more together, as the system itself keeps
/// one of a kind. Else a script that sends HUP again and again while a long list is read would make
/// a thread for each, and the list would be read for each. Safe for use by several threads.
final class SignalActions {
    @GuardedBy("this")
    private final Map<String, Runnable> actions = new HashMap<>();

    // Those that are to be obeyed.
    @GuardedBy("this")
    private final Set<String> came = new HashSet<>();

    // Those for which a thread is at work.
    @GuardedBy("this")
    private final Set<String> busy = new HashSet<>();

    /// A signal has come. Returns when it has been obeyed, at once if somebody else will.
    void came(String name) {
        synchronized (this) {
            came.add(name);
        }
        if (begins(name)) {
            obey(name);
        }
    }

    /// Runs an action at each signal of this name. If one has come already, it runs at once, in a
    /// thread of its own.
    void on(String name, Runnable action) {
        synchronized (this) {
            actions.put(name, action);
        }
        if (begins(name)) {
            Thread.ofPlatform().name("SIG" + name).start(() -> obey(name));
        }
    }

    /// Signals wait again until {@link #on} says what they do.
    synchronized void hold() {
        actions.clear();
    }

    private synchronized boolean begins(String name) {
        return came.contains(name) && actions.containsKey(name) && busy.add(name);
    }

    private void obey(String name) {
        boolean isDone = false;
        try {
            for (Optional<Runnable> next = next(name); next.isPresent(); next = next(name)) {
                next.get().run();
            }
            isDone = true;
        } finally {
            if (!isDone) {
                ends(name);
            }
        }
    }

    private synchronized Optional<Runnable> next(String name) {
        Optional<Runnable> action = Optional.ofNullable(actions.get(name));
        if (action.isPresent() && came.remove(name)) {
            return action;
        }
        ends(name);
        return Optional.empty();
    }

    private synchronized void ends(String name) {
        busy.remove(name);
    }
}
