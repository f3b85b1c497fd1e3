package org.greydaemon.decision;

/// The original's rules, answer by answer: docs/compatibility.md has a row for each.
///
/// Known limits, kept because a client can see them in the answers: the answer depends on the order
/// of the recipients; one matured triplet proves the client even when the message is deferred for
/// another recipient, and even with the null sender; a request without recipients is accepted.
public final class OriginalRules implements Rules {
    private final RetryWindow window;
    private final Retention retention;
    // Created once: a method reference that captures `this` would be garbage on every attempt.
    private final Rule known;
    private final Rule triplet =
            (seen, now) -> startsClock(Entry.time(seen), now) ? Entry.of(now, 0) : seen;
    private final Rule prove = (seen, now) -> Entry.of(now, 0);

    /// @param window when a retry counts (`-m`, `-g`)
    /// @param retention how long a quiet proven client is known (`-t`)
    public OriginalRules(RetryWindow window, Retention retention) {
        this.window = window;
        this.retention = retention;
        known = (seen, now) -> retention.isKnown(seen, now) ? Entry.of(now, 0) : seen;
    }

    @Override
    public void judge(Attempt attempt, Memory memory, long now, Decision decision) {
        if (retention.isKnown(memory.step(attempt.clientKey(), known, now), now)) {
            decision.conclude(Reason.KNOWN);
            return;
        }
        if (attempt.fault() == Attempt.Fault.NO_SENDER) {
            decision.conclude(Reason.MALFORMED);
            return;
        }
        decision.conclude(Reason.PASSED);
        for (int i = 0; i < attempt.recipients(); i++) {
            if (attempt.isExempt(i)) {
                decision.recipient(Reason.EXEMPT);
                continue; // The others decide.
            }
            if (attempt.isNullSender() && attempt.looksLikeVerp(i)) {
                decision.recipient(Reason.BOUNCE);
                decision.conclude(Reason.BOUNCE);
                return;
            }
            judgeRecipient(attempt, i, memory, now, decision);
        }
        if (attempt.fault() != Attempt.Fault.NONE) {
            decision.conclude(Reason.MALFORMED); // What was remembered before the fault stays.
        }
    }

    private void judgeRecipient(
            Attempt attempt, int i, Memory memory, long now, Decision decision) {
        long firstSeen = Entry.time(memory.step(attempt.tripletKey(i), triplet, now));
        Reason reason = window.judge(firstSeen, now);
        decision.recipient(reason);
        if (reason == Reason.PASSED) {
            memory.step(attempt.clientKey(), prove, now);
            decision.waited(now - firstSeen);
        } else {
            decision.conclude(reason); // The last recipient that is not due decides for all.
            decision.retryIn(window.remaining(reason.startsClock() ? now : firstSeen, now));
        }
    }

    private boolean startsClock(long firstSeen, long now) {
        return window.judge(firstSeen, now).startsClock();
    }

    @Override
    public Key clientKey(Attempt attempt) {
        return attempt.clientKey();
    }

    @Override
    public Key tripletKey(Attempt attempt, int recipient) {
        return attempt.tripletKey(recipient);
    }

    @Override
    public RetryWindow window() {
        return window;
    }

    /// A triplet stays until a client that it proved can be forgotten again: from then on the
    /// original answers "stale" for it, not "new". The original never forgets it.
    @Override
    public Lifetimes lifetimes() {
        return new Lifetimes(
                window.maxSeconds(),
                window.maxSeconds() + retention.seconds(),
                retention.seconds(),
                window.minSeconds() + Lifetimes.GRACE);
    }
}
