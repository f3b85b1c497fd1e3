package org.greydaemon.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/// What operators have changed a moment ago and may want to take back. Safe for use by several
/// threads.
final class Undos {
    /// The most changes that can be taken back; the oldest one goes.
    static final int KEPT_MAX = 50;

    /// How long one can be taken back, in seconds.
    static final long KEPT_SECONDS = 900;

    /// @param what in words
    /// @param at when it was made, in seconds
    record Undoable(String what, long at, Undo back) {}

    @GuardedBy("this")
    private final Map<Long, Undoable> changes = new LinkedHashMap<>();

    // Begins anywhere: a page that was open over a restart must not take back somebody else's
    // change.
    @GuardedBy("this")
    private long last = 1L + new SecureRandom().nextInt(Integer.MAX_VALUE);

    /// Keeps how to take something back.
    ///
    /// @return the number by which it is taken
    synchronized long keep(Undoable change) {
        changes.values().removeIf(old -> change.at() - old.at() > KEPT_SECONDS);
        if (changes.size() == KEPT_MAX) {
            changes.remove(changes.keySet().iterator().next());
        }
        changes.put(++last, change);
        return last;
    }

    /// Takes it: nobody takes back the same thing twice.
    ///
    /// @throws RequestException if it is not kept any more
    synchronized Undoable take(long number, long now) throws RequestException {
        Undoable change = changes.remove(number);
        if (change == null || now - change.at() > KEPT_SECONDS) {
            throw new RequestException(
                    "undo: "
                            + number
                            + " cannot be taken back any more: that was long ago, or somebody has;"
                            + " use greyctl",
                    RequestException.Refusal.NOT_THERE);
        }
        return change;
    }

    /// Keeps it as before: it could not be taken back now.
    synchronized void putBack(long number, Undoable change) {
        if (changes.size() < KEPT_MAX) {
            changes.put(number, change);
        }
    }
}
