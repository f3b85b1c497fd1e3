package org.greydaemon.decision;

import org.greydaemon.identity.HostDomain;

import java.util.List;
import java.util.function.Consumer;

/// The triplets of a client's identities with one recipient, the narrowest first: of its address,
/// its network, the networks that count as one with it, the domains of its host, and the sender's
/// domain if SPF says that it sends from this client. Immutable.
///
/// The keys of an attempt (`Attempt.keys`) have to be started before.
final class IdentityTriplets {
    private final Identification who;
    private final Patiences patiences;

    /// @param who by what clients and senders are recognised
    /// @param patiences how long each identity has to wait
    IdentityTriplets(Identification who, Patiences patiences) {
        this.who = who;
        this.patiences = patiences;
    }

    /// Looks at them.
    ///
    /// @param found takes together what is remembered of them
    /// @param domains of the client's host
    void consider(Identities found, Attempt attempt, List<HostDomain> domains, int recipient) {
        IdentityKeys keys = attempt.keys();
        int wider = wider(attempt, domains) + (who.passesSpf(attempt) ? 1 : 0);
        consider(found, Identity.ADDRESS, keys.triplet(recipient), wider);
        if (keys.hasNetwork()) {
            consider(found, Identity.NETWORK, keys.network(recipient), --wider);
        }
        if (keys.poolNumber() != 0) {
            consider(
                    found,
                    Identity.LEARNED_POOL,
                    keys.learnedPool(keys.poolNumber(), recipient),
                    --wider);
        }
        for (HostDomain domain : domains) {
            consider(found, Identity.HOST, keys.host(domain, recipient), --wider);
        }
        if (who.passesSpf(attempt)) {
            // Whose record names the host answers for it, whatever its name is.
            Patience its = patiences.with(attempt, recipient, Suspicion.NONE);
            found.considerWidest(Identity.SPF, keys.spf(recipient), its);
        }
    }

    /// How many identities are wider than the address, without that of SPF.
    private static int wider(Attempt attempt, List<HostDomain> domains) {
        IdentityKeys keys = attempt.keys();
        return (keys.hasNetwork() ? 1 : 0) + (keys.poolNumber() != 0 ? 1 : 0) + domains.size();
    }

    /// The triplet that tells whether somebody came back, as long as SPF has not said pass.
    static Key widest(Attempt attempt, List<HostDomain> domains, int recipient) {
        IdentityKeys keys = attempt.keys();
        if (!domains.isEmpty()) {
            return keys.host(domains.getLast(), recipient);
        }
        if (keys.poolNumber() != 0) {
            return keys.learnedPool(keys.poolNumber(), recipient);
        }
        return keys.hasNetwork() ? keys.network(recipient) : keys.triplet(recipient);
    }

    /// @param wider how many identities come behind this one
    private static void consider(Identities found, Identity identity, Key key, int wider) {
        if (wider == 0) {
            found.considerWidest(identity, key);
        } else {
            found.consider(identity, key);
        }
    }

    /// Shows their keys.
    ///
    /// @param by by what clients and senders are recognised
    /// @param pool with which networks the client's counts as one; 0 if with none
    /// @param each receives each key, only lent
    static void each(
            Attempt attempt, Identification by, int pool, int recipient, Consumer<Key> each) {
        IdentityKeys keys = attempt.keys();
        each.accept(keys.triplet(recipient));
        if (keys.hasNetwork()) {
            each.accept(keys.network(recipient));
        }
        if (pool != 0) {
            each.accept(keys.learnedPool(pool, recipient));
        }
        by.domains(attempt).forEach(domain -> each.accept(keys.host(domain, recipient)));
        if (by.passesSpf(attempt)) {
            each.accept(keys.spf(recipient));
        }
    }
}
