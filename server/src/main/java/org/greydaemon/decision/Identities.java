package org.greydaemon.decision;

import org.jspecify.annotations.Nullable;

/// What is remembered of a client's identities with one recipient, taken together: a retry passes
/// when any of them has waited long enough. Mutable and reused; confined to one thread.
final class Identities {
    private static final Patience NO_PATIENCE =
            new Patience(new RetryWindow(0, 1), new Retention(1), 0, Suspects.NONE, 0);

    private Patience patience = NO_PATIENCE;
    private Memory memory = (key, rule, at) -> Memory.NEVER;
    private long now;
    private Reason reason = Reason.NEW;
    private Identity by = Identity.NONE;
    private long waited;
    private long retryIn;
    private boolean isFirst;
    private boolean isNew;
    private boolean isReturn;
    private boolean hammers;
    private @Nullable IdentityView view;

    /// Begins with a recipient.
    ///
    /// @param first whether it stands for the whole message
    void start(Patience delays, Memory remembered, long time, boolean first) {
        isFirst = first;
        isNew = true;
        isReturn = false;
        hammers = false;
        patience = delays;
        memory = remembered;
        now = time;
        reason = Reason.NEW;
        by = Identity.NONE;
        waited = 0;
        retryIn = Long.MAX_VALUE;
    }

    /// Shows what is considered from now on; null for nobody.
    void show(@Nullable IdentityView to) {
        view = to;
    }

    /// Looks at the triplet of one identity; that of the address comes first.
    void consider(Identity identity, Key key) {
        Patience its = of(identity, patience);
        consider(identity, key, its, its.step);
    }

    /// Looks at the triplet of the widest identity, which tells later whether somebody came back,
    /// if this is nobody's retry by any other.
    void considerWidest(Identity identity, Key key) {
        considerWidest(identity, key, patience);
    }

    /// The same of an identity that waits for another time.
    void considerWidest(Identity identity, Key key, Patience delays) {
        Patience its = of(identity, delays);
        Rule first = isFirst ? its.stepMessage : its.stepFirst;
        consider(identity, key, its, isNew ? first : its.step);
    }

    /// Only the address is the client's alone.
    private Patience of(Identity identity, Patience delays) {
        return identity == Identity.ADDRESS ? delays : delays.shared(hammers);
    }

    private void consider(Identity identity, Key key, Patience delays, Rule step) {
        long entry = memory.step(key, step, now);
        Reason its = delays.judge(entry, now);
        if (identity == Identity.ADDRESS) {
            hammers = delays.isHammering(entry, now);
        }
        isNew &= its.startsClock();
        isReturn |= Patience.isReturn(entry, its, now);
        if (by == Identity.NONE || rank(its) > rank(reason)) {
            reason = its;
            by = identity;
        }
        if (its == Reason.PASSED) {
            waited = Math.max(waited, now - Entry.time(entry));
        }
        if (!its.accepts()) {
            retryIn = Math.min(retryIn, delays.retryIn(entry, its, now));
        }
        if (view != null) {
            view.triplet(identity, entry, its);
        }
    }

    /// Whether this is nobody's retry, in time or too early.
    boolean isNew() {
        return isNew;
    }

    /// Whether it is a retry of the sender's, and no question that is asked once more.
    boolean isReturn() {
        return isReturn;
    }

    /// Why the recipient passes or not.
    Reason reason() {
        return reason;
    }

    /// Which identity says so.
    Identity by() {
        return reason.accepts() ? by : Identity.NONE;
    }

    /// How long the triplet that passes had waited, in seconds.
    long waited() {
        return waited;
    }

    /// In how many seconds a retry passes by the identity that needs to wait least.
    long retryIn() {
        return retryIn;
    }

    /// Whether the message is nearer to passing with this recipient: one that passes is enough.
    boolean isMoreHopefulThan(Reason other) {
        return rank(reason) > rank(other);
    }

    private static int rank(Reason reason) {
        return switch (reason) {
            case KNOWN -> 4;
            case PASSED -> 3;
            case EARLY -> 2;
            case LATE -> 1;
            case NEW, EXEMPT, AUTHENTICATED, UNIDENTIFIED, BOUNCE, MALFORMED -> 0;
        };
    }
}
