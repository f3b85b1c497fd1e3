package org.greydaemon.config;

import org.greydaemon.decision.Identification;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Suspects;
import org.greydaemon.identity.HostDomains;
import org.greydaemon.identity.Pools;
import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.server.OwnName;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Makes the modern rules of checked values.
final class ModernSettings {
    /// How long a triplet waits that is asked for too often, in seconds.
    static final long HAMMER_SECONDS = 3600;

    /// What half of the world is called.
    private static final Set<String> NO_NAMES = Set.of("", "localhost", "(none)", "mail", "mx");

    private ModernSettings() {}

    static ModernRules rules(Values values, RetryWindow window, Retention retention) {
        return new ModernRules(window, retention, identification(values), suspects(values));
    }

    private static Identification identification(Values values) {
        return new Identification(
                (int) (long) values.get(IdentityOptions.IPV4_NETWORK),
                (int) (long) values.get(IdentityOptions.IPV6_NETWORK),
                values.get(IdentityOptions.HOSTS) ? hostDomains(values) : null,
                values.get(IdentityOptions.SENDER_FORM),
                values.get(IdentityOptions.DELIMITER).orElse((char) 0),
                values.get(IdentityOptions.SPF));
    }

    private static HostDomains hostDomains(Values values) {
        Pools pools = Pools.builtIn();
        for (PoolFile more : values.get(IdentityOptions.POOLS)) {
            pools = pools.with(more.pools());
        }
        return new HostDomains(PublicSuffixes.load(List.of(PublicSuffixes.DEBIAN)), pools);
    }

    private static Suspects suspects(Values values) {
        return new Suspects(
                values.get(IdentityOptions.SUSPECT_DELAY).toSeconds(),
                (int) (long) values.get(IdentityOptions.HAMMER),
                HAMMER_SECONDS,
                (int) (long) values.get(IdentityOptions.SUSPECT_SENDERS),
                ourNames(values.get(IdentityOptions.OUR_NAMES)));
    }

    private static Set<String> ourNames(List<String> told) {
        Set<String> names = new HashSet<>(told);
        OwnName.find().ifPresent(own -> names.add(own.toLowerCase(Locale.ROOT)));
        names.removeAll(NO_NAMES);
        return names;
    }
}
