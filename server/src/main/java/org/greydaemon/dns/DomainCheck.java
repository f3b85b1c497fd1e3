package org.greydaemon.dns;

import org.greydaemon.net.Endpoint;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Tells whether a domain is still there, for lists that grow old. Confined to one thread.
public final class DomainCheck {
    private static final long WAIT_SECONDS = 10;

    private final LookupsOnDemand lookups;

    /// @param server whom to ask; empty for the servers of /etc/resolv.conf
    public DomainCheck(Optional<Endpoint> server) {
        lookups = new LookupsOnDemand(server, () -> 0, () -> {}); // It does not live long.
    }

    /// Whether DNS says that there is no such domain. Waits for some seconds; without an answer
    /// nobody says so.
    public boolean isGone(String domain) {
        try {
            return !lookups.get()
                    .exists(Name.fromString(domain, Name.root))
                    .toCompletableFuture()
                    .get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TextParseException | ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
