package org.greydaemon.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.net.Endpoint;
import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Loads the library when the first record is wanted, and asks the system's servers, if nobody else
/// is to be asked, as they are now. Safe for use by several threads.
final class LookupsOnDemand {
    private final Optional<Endpoint> server;
    private final SystemServers system;
    private final Runnable onAnswer;

    // Written under `this`, read by every question.
    private volatile @Nullable Lookups lookups;

    @GuardedBy("this")
    private List<InetSocketAddress> asked = List.of();

    /// @param server whom to ask; empty for the servers of /etc/resolv.conf
    /// @param nanos the monotonic clock, in nanoseconds
    /// @param onAnswer hears of each answer of the server
    LookupsOnDemand(Optional<Endpoint> server, LongSupplier nanos, Runnable onAnswer) {
        this(server, new SystemServers(nanos), onAnswer);
    }

    /// @param system whom to ask if `server` is empty
    LookupsOnDemand(Optional<Endpoint> server, SystemServers system, Runnable onAnswer) {
        this.server = server;
        this.system = system;
        this.onAnswer = onAnswer;
    }

    Lookups get() {
        Lookups known = lookups;
        return known != null && (server.isPresent() || !system.isDue()) ? known : look();
    }

    /// A file that names nobody is being written; who asks others begins without what those said.
    private synchronized Lookups look() {
        Lookups known = lookups;
        if (server.isPresent()) {
            known = known == null ? new Lookups(server.get(), onAnswer) : known;
        } else {
            List<InetSocketAddress> now = system.read();
            if (known == null || (!now.isEmpty() && !now.equals(asked))) {
                known = new Lookups(now.isEmpty() ? List.of(system.local()) : now, onAnswer);
                asked = now;
            }
        }
        lookups = known;
        return known;
    }
}
