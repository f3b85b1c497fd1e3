package org.greydaemon.decision;

/// The rules that RFC 6647 recommends: one matured triplet passes the whole message and proves the
/// client (5, item 1), a late retry starts over (5, item 2), a quiet client is forgotten after
/// weeks (5, item 3). Beyond it: the null sender never proves a client, because anybody can make a
/// host send bounces.
///
/// A request that is malformed or names no recipient changes nothing.
public final class ModernRules implements Rules {
    private final RetryWindow window;
    private final Retention retention;
    // Created once: a method reference that captures `this` would be garbage on every attempt.
    private final Rule known;
    private final Rule triplet =
            (seen, now) -> startsClock(Entry.time(seen), now) ? Entry.of(now, 0) : seen;
    private final Rule prove = (seen, now) -> Entry.of(now, 0);

    /// @param window when a retry counts
    /// @param retention how long a quiet proven client is known
    public ModernRules(RetryWindow window, Retention retention) {
        this.window = window;
        this.retention = retention;
        known = (seen, now) -> retention.isKnown(seen, now) ? Entry.of(now, 0) : seen;
    }

    @Override
    public void judge(Attempt attempt, Memory memory, long now, Decision decision) {
        if (attempt.fault() != Attempt.Fault.NONE || attempt.recipients() == 0) {
            decision.conclude(Reason.MALFORMED);
            return;
        }
        if (retention.isKnown(memory.step(attempt.clientKey(), known, now), now)) {
            decision.conclude(Reason.KNOWN);
            return;
        }
        Reason message = Reason.NEW;
        long retryIn = Long.MAX_VALUE;
        for (int i = 0; i < attempt.recipients(); i++) {
            if (attempt.isExempt(i)) {
                decision.recipient(Reason.EXEMPT);
                continue; // The others decide.
            }
            long firstSeen = Entry.time(memory.step(attempt.tripletKey(i), triplet, now));
            Reason reason = judgeTriplet(firstSeen, now);
            decision.recipient(reason);
            if (reason == Reason.PASSED) {
                decision.waited(now - firstSeen);
            }
            retryIn =
                    Math.min(
                            retryIn, window.remaining(reason.startsClock() ? now : firstSeen, now));
            message = moreHopeful(message, reason);
        }
        decision.conclude(message);
        decision.retryIn(message == Reason.PASSED ? 0 : retryIn);
        if (message == Reason.PASSED && !attempt.isNullSender()) {
            memory.step(attempt.clientKey(), prove, now);
        }
    }

    /// A first attempt in the future is a clock that was wrong: the wait starts over, so that a bad
    /// clock delays mail by one wait and not until that future comes.
    private Reason judgeTriplet(long firstSeen, long now) {
        return firstSeen > now ? Reason.LATE : window.judge(firstSeen, now);
    }

    /// Which of two recipients' reasons speaks for the message: the one nearest to passing, since
    /// one matured triplet passes all.
    private static Reason moreHopeful(Reason a, Reason b) {
        return rank(b) > rank(a) ? b : a;
    }

    private static int rank(Reason reason) {
        return switch (reason) {
            case PASSED -> 3;
            case EARLY -> 2;
            case LATE -> 1;
            case NEW, KNOWN, EXEMPT, AUTHENTICATED, BOUNCE, MALFORMED -> 0;
        };
    }

    private boolean startsClock(long firstSeen, long now) {
        return judgeTriplet(firstSeen, now).startsClock();
    }

    @Override
    public RetryWindow window() {
        return window;
    }

    /// A late triplet stays for one more window, so that the log can say "late" and not "new".
    @Override
    public Lifetimes lifetimes() {
        return new Lifetimes(
                window.maxSeconds(),
                2 * window.maxSeconds(),
                retention.seconds(),
                window.minSeconds() + Lifetimes.GRACE);
    }
}
