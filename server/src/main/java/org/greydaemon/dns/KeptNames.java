package org.greydaemon.dns;

import org.greydaemon.net.IpAddress;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Names that were found a moment ago, so that who asks again is answered at once. Bounded: what
/// was found longest ago goes first, which to note who asks meanwhile would be dearer than to look
/// up again. Safe for use by several threads.
final class KeptNames {
    /// The most clients.
    static final int CLIENTS_MAX = 20_000;

    /// How long names are kept: as long as a sender that comes back soon stays away. DNS may say
    /// something else meanwhile, but not who is a mail server.
    static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(10);

    /// How long it is kept that there are none: who mends his DNS is not to wait for long, and what
    /// DNS itself has kept of it (five minutes at most) comes on top.
    static final long NONE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private record Kept(List<String> names, long at) {}

    private final LongSupplier nanos;
    private final Map<IpAddress, Kept> clients =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<IpAddress, Kept> eldest) {
                    return size() > CLIENTS_MAX;
                }
            };

    /// @param nanos the monotonic clock, in nanoseconds
    KeptNames(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized Optional<List<String>> get(IpAddress client) {
        Kept kept = clients.get(client);
        return kept == null || isOver(kept) ? Optional.empty() : Optional.of(kept.names());
    }

    private boolean isOver(Kept kept) {
        return nanos.getAsLong() - kept.at() > (kept.names().isEmpty() ? NONE_NANOS : KEPT_NANOS);
    }

    synchronized void put(IpAddress client, List<String> names) {
        clients.remove(client); // What is found anew is the newest.
        clients.put(client, new Kept(names, nanos.getAsLong()));
    }
}
