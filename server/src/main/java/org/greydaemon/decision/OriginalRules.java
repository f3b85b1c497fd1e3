package org.greydaemon.decision;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The original's rules, answer by answer: docs/compatibility.md has a row for each.
///
/// Known limits, kept because a client can see them in the answers: the answer depends on the order
/// of the recipients; one matured triplet proves the client even when the message is deferred for
/// another recipient, and even with the null sender; a request without recipients is accepted.
public final class OriginalRules implements Rules {
    private static final Optional<Suspicion> NOBODY = Optional.of(Suspicion.NONE);

    private final RetryWindow window;
    private final Retention retention;
    // Created once: a method reference that captures `this` would be garbage on every attempt.
    private final Rule known;
    private final Rule prove = (seen, now) -> Entry.of(now, 0);
    private final Timed usual;

    private final Map<Wait, Timed> waits = new HashMap<>();
    private final Wait longest;

    /// When a retry counts, and what an attempt does to a triplet.
    private record Timed(RetryWindow window, Rule step) {
        static Timed of(RetryWindow window) {
            return new Timed(
                    window,
                    (seen, now) ->
                            window.judge(Entry.time(seen), now).startsClock()
                                    ? Entry.of(now, 0)
                                    : seen);
        }
    }

    /// @param window when a retry counts (`-m`, `-g`)
    /// @param retention how long a quiet proven client is known (`-t`)
    public OriginalRules(RetryWindow window, Retention retention) {
        this(window, retention, Set.of());
    }

    private OriginalRules(RetryWindow window, Retention retention, Set<Wait> said) {
        longest = Wait.longest(said);
        said.forEach(wait -> waits.put(wait, Timed.of(wait.window(window))));
        usual = Timed.of(window);
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

    /// Adds where the memory will be looked at to judge an attempt, as far as that is known without
    /// looking.
    public void expect(Attempt attempt, Memory memory, Places places) {
        if (attempt.fault() == Attempt.Fault.NO_CLIENT) {
            return;
        }
        places.entry(memory, attempt.clientKey());
        if (attempt.fault() != Attempt.Fault.NO_SENDER && attempt.recipients() > 0) {
            places.entry(memory, attempt.tripletKey(0));
            places.network(attempt.addressHigh(), attempt.addressLow());
        }
    }

    private void judgeRecipient(
            Attempt attempt, int i, Memory memory, long now, Decision decision) {
        Timed timed = timed(attempt.cause(i).waits());
        long firstSeen = Entry.time(memory.step(attempt.tripletKey(i), timed.step(), now));
        Reason reason = timed.window().judge(firstSeen, now);
        decision.recipient(reason);
        if (reason == Reason.PASSED) {
            decision.proved(memory.step(attempt.clientKey(), prove, now));
            decision.waited(now - firstSeen);
        } else {
            decision.conclude(reason); // The last recipient that is not due decides for all.
            long first = reason.startsClock() ? now : firstSeen;
            decision.retryIn(timed.window().remaining(first, now));
        }
    }

    private Timed timed(Wait wait) {
        if (wait.isUsual()) {
            return usual;
        }
        Timed its = waits.get(wait);
        return its == null ? Timed.of(wait.window(window)) : its;
    }

    @Override
    public Rules covering(Set<Wait> said) {
        return new OriginalRules(window, retention, said);
    }

    /// These suspect nobody.
    @Override
    public Optional<Suspicion> suspicion(Attempt attempt) {
        return NOBODY;
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
    public void triplets(
            Attempt attempt, int recipient, Memory memory, long now, Consumer<Key> each) {
        each.accept(tripletKey(attempt, recipient));
    }

    @Override
    public RetryWindow window() {
        return window;
    }

    @Override
    public RetryWindow window(long entry) {
        return window;
    }

    @Override
    public RetryWindow window(long entry, Wait wait) {
        return window(wait);
    }

    @Override
    public RetryWindow window(Wait wait) {
        return wait.window(window);
    }

    /// A triplet stays until a client that it proved can be forgotten again: from then on the
    /// original answers "stale" for it, not "new". The original never forgets it.
    @Override
    public Lifetimes lifetimes() {
        long last = Math.max(window.maxSeconds(), longest.windowSeconds());
        return new Lifetimes(
                last,
                last + retention.seconds(),
                retention.seconds(),
                Math.max(window.minSeconds(), longest.delaySeconds()) + Lifetimes.GRACE);
    }
}
