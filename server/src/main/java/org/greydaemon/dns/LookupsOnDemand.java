package org.greydaemon.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.net.Endpoint;

import java.util.Optional;

/// Loads the library when the first record is wanted. Safe for use by several threads.
final class LookupsOnDemand {
    private final Optional<Endpoint> server;
    private final Runnable onAnswer;

    @GuardedBy("this")
    private Optional<Lookups> lookups = Optional.empty();

    /// @param server whom to ask; empty for the servers of /etc/resolv.conf
    /// @param onAnswer hears of each answer of the server
    LookupsOnDemand(Optional<Endpoint> server, Runnable onAnswer) {
        this.server = server;
        this.onAnswer = onAnswer;
    }

    synchronized Lookups get() {
        if (lookups.isEmpty()) {
            lookups = Optional.of(new Lookups(server, onAnswer));
        }
        return lookups.get();
    }
}
