package org.greydaemon.log;

/// How many lines of one kind may be said: a burst at once, then one a second. What is held back is
/// counted. Not thread-safe.
final class RateLimit {
    private final int burst;
    private long tokens;
    private long lastSeconds = Long.MIN_VALUE;
    private long heldBack;

    RateLimit(int burst) {
        this.burst = burst;
        tokens = burst;
    }

    /// Whether one more may be said.
    ///
    /// @param now the time in seconds; a clock that steps back gives nothing away
    boolean allows(long now) {
        if (now > lastSeconds) {
            long passed = lastSeconds == Long.MIN_VALUE ? burst : now - lastSeconds;
            tokens = Math.min(burst, tokens + passed);
            lastSeconds = now;
        }
        if (tokens == 0) {
            heldBack++;
            return false;
        }
        tokens--;
        return true;
    }

    /// How many were held back since this was asked last.
    long takeHeldBack() {
        long count = heldBack;
        heldBack = 0;
        return count;
    }
}
