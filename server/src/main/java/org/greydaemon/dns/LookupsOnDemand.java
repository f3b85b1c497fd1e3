package org.greydaemon.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.net.Endpoint;

import java.util.Optional;

/// Loads the library when the first record is wanted. Safe for use by several threads.
final class LookupsOnDemand {
    private final Optional<Endpoint> server;

    @GuardedBy("this")
    private Optional<Lookups> lookups = Optional.empty();

    /// @param server whom to ask; empty for the servers of /etc/resolv.conf
    LookupsOnDemand(Optional<Endpoint> server) {
        this.server = server;
    }

    synchronized Lookups get() {
        if (lookups.isEmpty()) {
            lookups = Optional.of(new Lookups(server));
        }
        return lookups.get();
    }
}
