package org.greydaemon;

import org.greydaemon.dns.ConfirmedNames;
import org.greydaemon.dns.ListLookups;
import org.greydaemon.dns.SpfLookups;

/// Who asks DNS: for the names of clients' hosts, for SPF, and for lists.
record Resolvers(ConfirmedNames hostNames, SpfLookups spf, ListLookups lists)
        implements AutoCloseable {
    static Resolvers of(Basis basis) {
        var resolver = basis.settings().exempt().resolver();
        return new Resolvers(
                ConfirmedNames.from(resolver, System::nanoTime, basis.metrics()),
                SpfLookups.from(resolver, () -> System.nanoTime() / 1_000_000, basis.metrics()),
                new ListLookups(resolver, System::nanoTime, basis.metrics()));
    }

    @Override
    public void close() {
        lists.close();
        spf.close();
        hostNames.close();
    }
}
