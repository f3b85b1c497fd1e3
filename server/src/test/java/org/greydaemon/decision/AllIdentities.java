package org.greydaemon.decision;

import org.greydaemon.identity.HostDomains;
import org.greydaemon.identity.Pools;
import org.greydaemon.identity.PublicSuffixes;

import java.util.List;
import java.util.Set;

/// The modern rules with all that a client can be recognised by, as a daemon has them that nobody
/// has told otherwise.
public final class AllIdentities {
    private AllIdentities() {}

    /// By what clients and senders are recognised.
    ///
    /// @param pools domains that are pools, besides those that are listed
    public static Identification withPools(String... pools) {
        return new Identification(
                24,
                48,
                new HostDomains(
                        PublicSuffixes.load(List.of()), Pools.builtIn().with(List.of(pools))),
                true,
                '+',
                true);
    }

    /// Suspects wait half an hour, who hammers an hour; three senders prove one.
    ///
    /// @param ourNames what nobody else may call itself
    public static Suspects suspects(String... ourNames) {
        return new Suspects(1800, 6, 3600, 3, Set.of(ourNames));
    }

    /// The rules.
    ///
    /// @param delay when a retry passes, in seconds
    public static ModernRules after(long delay) {
        return new ModernRules(
                new RetryWindow(delay, 86_400),
                new Retention(35 * 86_400),
                withPools("pool.example"),
                suspects("mx.example.net"));
    }
}
