package org.greydaemon.decision;

/// When a retry counts: `minSeconds` after the triplet was first seen (inclusive) and before
/// `maxSeconds` (exclusive). Source: the original's `-m` and `-g`, measured at the second; RFC 6647
/// 5, item 2.
public record RetryWindow(long minSeconds, long maxSeconds) {
    /// Checks that the window is open at all.
    ///
    /// @throws IllegalArgumentException if no retry could ever pass
    public RetryWindow {
        if (minSeconds < 0 || minSeconds >= maxSeconds) {
            throw new IllegalArgumentException(
                    "a retry window from "
                            + minSeconds
                            + " s to "
                            + maxSeconds
                            + " s lets no mail pass");
        }
    }

    /// Judges a triplet. A first attempt in the future is early, as in the original.
    public Reason judge(long firstSeen, long now) {
        if (firstSeen == Memory.NEVER) {
            return Reason.NEW;
        }
        long waited = now - firstSeen;
        if (waited < minSeconds) {
            return Reason.EARLY;
        }
        return waited < maxSeconds ? Reason.PASSED : Reason.LATE;
    }

    /// Seconds until a retry of a triplet passes, from 0 on.
    public long remaining(long firstSeen, long now) {
        return Math.max(0, minSeconds - (now - firstSeen));
    }
}
