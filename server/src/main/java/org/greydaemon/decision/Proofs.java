package org.greydaemon.decision;

import org.greydaemon.identity.HostDomain;

import java.util.List;

/// What has proven itself (docs/rules.md): by which of its identities a client is known, and what a
/// message that has passed proves. Only what somebody confirmed proves anything: the address, a
/// confirmed host name with the sender's domain, a pool's domain, a domain that SPF passes.
/// Thread-safe.
final class Proofs {
    private final Retention retention;
    private final Identification who;
    private final Suspects suspects;
    // Created once: a method reference that captures `this` would be garbage on every attempt.
    private final Rule known;
    private final Rule prove = (seen, now) -> Entry.of(now, 0);
    private final Rule forget = (seen, now) -> Memory.NEVER;

    Proofs(Retention retention, Identification who, Suspects suspects) {
        this.retention = retention;
        this.who = who;
        this.suspects = suspects;
        known = (seen, now) -> retention.isKnown(seen, now) ? Entry.of(now, 0) : seen;
    }

    /// Whether the client is known by its address, which costs no question to anybody.
    boolean isAddressKnown(Attempt attempt, Memory memory, long now) {
        IdentityKeys keys = attempt.keys();
        return isKnown(keys.client(), memory, now)
                // A client of the original's rules, or of an import, by its full address.
                || (keys.isHome() && isKnown(attempt.clientKey(), memory, now));
    }

    /// By which of its names the client is known, if by any.
    ///
    /// @param domains of its confirmed host names
    Identity knownName(List<HostDomain> domains, Attempt attempt, Memory memory, long now) {
        IdentityKeys keys = attempt.keys();
        for (HostDomain domain : domains) {
            if (domain.isPool() && isKnown(keys.pool(domain), memory, now)) {
                return Identity.POOL;
            }
            if (keys.hasSenderDomain() && isKnown(keys.hostSender(domain), memory, now)) {
                return Identity.HOST_SENDER;
            }
        }
        boolean isKnown =
                who.passesSpf(attempt)
                        && keys.hasSenderDomain()
                        && isKnown(keys.spfDomain(), memory, now);
        return isKnown ? Identity.SPF : Identity.NONE;
    }

    private boolean isKnown(Key key, Memory memory, long now) {
        return retention.isKnown(memory.step(key, known, now), now);
    }

    /// Whether the sender's domain would be known if SPF passed. Changes nothing.
    boolean wouldSpfBeKnown(IdentityKeys keys, Memory memory, long now) {
        return memory.mayHold(Key.Kind.SPF_DOMAIN)
                && retention.isKnown(memory.step(keys.spfDomain(), Rule.LOOK, now), now);
    }

    /// Notes what a message that has passed proves.
    ///
    /// @param domains of the client's confirmed host names
    void prove(
            Attempt attempt, List<HostDomain> domains, Memory memory, long now, Decision decision) {
        IdentityKeys keys = attempt.keys();
        if (suspects.senders() > 1 && mayBeSuspect(attempt, decision)) {
            proveSuspect(attempt, keys, memory, now, decision);
            if (decision.suspicion() == Suspicion.NONE && who.passesSpf(attempt)) {
                proveSpf(keys, memory, now);
            }
            return;
        }
        decision.proved(memory.step(keys.client(), prove, now));
        for (HostDomain domain : domains) {
            if (keys.hasSenderDomain()) {
                memory.step(keys.hostSender(domain), prove, now);
            }
            if (domain.isPool()) {
                memory.step(keys.pool(domain), prove, now);
            }
        }
        if (who.passesSpf(attempt)) {
            proveSpf(keys, memory, now);
        }
    }

    /// Whether it is suspect, or nobody can tell: DNS did not say who it is. That makes nobody wait
    /// longer, but anybody can have a zone that is silent.
    private boolean mayBeSuspect(Attempt attempt, Decision decision) {
        return decision.suspicion() != Suspicion.NONE
                || (who.asksForHosts() && attempt.evidence().isUnanswered());
    }

    /// What has passed is proven for itself; the client is when mail of several senders has passed.
    private void proveSuspect(
            Attempt attempt, IdentityKeys keys, Memory memory, long now, Decision decision) {
        int sender = keys.fingerprint();
        long before = memory.step(keys.suspect(), (seen, at) -> withSender(seen, at, sender), now);
        int mark = retention.isKnown(before, now) ? Entry.mark(before) : 0;
        if (SenderMarks.count(mark, sender) >= suspects.senders()) {
            decision.proved(memory.step(keys.client(), prove, now));
            memory.step(keys.suspect(), forget, now);
            return;
        }
        for (int i = 0; i < attempt.recipients(); i++) {
            if (decision.recipientReason(i) == Reason.PASSED) {
                memory.step(keys.triplet(i), Patience.PROVE, now);
            }
        }
    }

    private long withSender(long seen, long now, int sender) {
        int mark = retention.isKnown(seen, now) ? Entry.mark(seen) : 0;
        return Entry.of(now, SenderMarks.with(mark, sender));
    }

    /// Notes that mail of the sender's domain has passed where SPF passes.
    void proveSpf(IdentityKeys keys, Memory memory, long now) {
        if (keys.hasSenderDomain()) {
            memory.step(keys.spfDomain(), prove, now);
        }
    }

    /// Shows what has proven itself.
    ///
    /// @param memory changes nothing
    void show(
            Attempt attempt, List<HostDomain> domains, Memory memory, long now, IdentityView view) {
        IdentityKeys keys = attempt.keys();
        view.proof(Identity.ADDRESS, "", memory.step(keys.client(), known, now));
        for (HostDomain domain : domains) {
            if (domain.isPool()) {
                view.proof(
                        Identity.POOL, domain.name(), memory.step(keys.pool(domain), known, now));
            }
            if (keys.hasSenderDomain()) {
                view.proof(
                        Identity.HOST_SENDER,
                        domain.name(),
                        memory.step(keys.hostSender(domain), known, now));
            }
        }
        if (who.passesSpf(attempt) && keys.hasSenderDomain()) {
            view.proof(Identity.SPF, "", memory.step(keys.spfDomain(), known, now));
        }
    }
}
