package org.greydaemon.decision;

import org.greydaemon.decision.Rules.Lifetimes;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// With how much patience each attempt is met: the usual one, that with suspect clients, and what
/// the operator's lines say of some mail. Immutable.
final class Patiences {
    private final RetryWindow window;
    private final Retention retention;
    private final Suspects suspects;
    private final Patience usual;
    private final Patience suspect;
    private final Map<Wait, Patience> waits;
    private final Map<Wait, Patience> suspectWaits;
    private final Wait longest;

    /// @param said what the operator's lines say
    Patiences(RetryWindow window, Retention retention, Suspects suspects, Set<Wait> said) {
        this.window = window;
        this.retention = retention;
        this.suspects = suspects;
        usual = new Patience(window, retention, 0, suspects, window.minSeconds());
        suspect =
                new Patience(
                        window, retention, suspects.delaySeconds(), suspects, window.minSeconds());
        waits = of(said, false);
        suspectWaits = of(said, true);
        longest = Wait.longest(said);
    }

    private Map<Wait, Patience> of(Set<Wait> said, boolean isSuspect) {
        Map<Wait, Patience> each = new HashMap<>();
        said.forEach(wait -> each.put(wait, of(wait, isSuspect)));
        return Map.copyOf(each);
    }

    private Patience of(Wait wait, boolean isSuspect) {
        long more = isSuspect && !wait.hasDelay() ? suspects.delaySeconds() : 0;
        return new Patience(wait.window(window), retention, more, suspects, window.minSeconds());
    }

    /// What the mail to a recipient is met with.
    Patience with(Attempt attempt, int recipient, Suspicion suspicion) {
        return with(attempt.cause(recipient).waits(), suspicion != Suspicion.NONE);
    }

    private Patience with(Wait wait, boolean isSuspect) {
        if (wait.isUsual()) {
            return isSuspect ? suspect : usual;
        }
        Patience its = (isSuspect ? suspectWaits : waits).get(wait);
        return its == null ? of(wait, isSuspect) : its;
    }

    /// When a retry of what is remembered counts, as far as the entry tells.
    RetryWindow window(long entry) {
        return window(entry, Wait.USUAL);
    }

    /// The same of mail that waits so.
    RetryWindow window(long entry, Wait wait) {
        return with(wait, (Entry.mark(entry) & Entry.SUSPECT) != 0).window(entry);
    }

    /// How long entries are worth keeping. A late triplet stays for one more window, so that the
    /// log can say "late" and not "new".
    Lifetimes lifetimes() {
        long last = Math.max(window.maxSeconds(), longest.windowSeconds());
        long delay = Math.max(usual.minSeconds(), suspect.minSeconds());
        return new Lifetimes(
                last,
                2 * last,
                retention.seconds(),
                Math.max(usual.minSeconds(), longest.delaySeconds()) + Lifetimes.GRACE,
                Math.max(delay, longest.delaySeconds()) + Lifetimes.GRACE);
    }
}
