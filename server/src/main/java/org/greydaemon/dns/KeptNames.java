package org.greydaemon.dns;

import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Names that were found a moment ago, so that who asks again is answered at once. Bounded: a
/// client has one place, and who comes later takes it. Safe for use by several threads.
///
/// Each question comes by here, and with many clients each step to another object waits for memory:
/// so a place leads to all that is known, and nobody keeps an order of who was asked for last.
final class KeptNames {
    /// More places than busy clients.
    static final int PLACE_BITS = 15;

    /// How long names are kept: as long as a sender that comes back soon stays away. DNS may say
    /// something else meanwhile, but not who is a mail server.
    static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
    private static final @Nullable Kept[] NONE = {};

    private record Kept(long high, long low, List<String> names, long at) {}

    private final LongSupplier nanos;

    // Made by the first name. Its places are read and written without a lock: each holds what never
    // changes (JLS 17.5), and whoever does not see the newest asks again.
    private volatile @Nullable Kept[] places = NONE;

    /// @param nanos the monotonic clock, in nanoseconds
    KeptNames(LongSupplier nanos) {
        this.nanos = nanos;
    }

    Optional<List<String>> get(IpAddress client) {
        @Nullable Kept[] all = places;
        Kept kept = all.length == 0 ? null : all[place(client)];
        return kept == null
                        || kept.high != client.high()
                        || kept.low != client.low()
                        || nanos.getAsLong() - kept.at > KEPT_NANOS
                ? Optional.empty()
                : Optional.of(kept.names);
    }

    void put(IpAddress client, List<String> names) {
        Kept kept = new Kept(client.high(), client.low(), List.copyOf(names), nanos.getAsLong());
        places()[place(client)] = kept;
    }

    private @Nullable Kept[] places() {
        if (places.length == 0) {
            synchronized (this) {
                if (places.length == 0) {
                    places = new Kept[1 << PLACE_BITS];
                }
            }
        }
        return places;
    }

    private static int place(IpAddress client) {
        return (int) (((client.high() * 31 + client.low()) * GOLDEN) >>> (Long.SIZE - PLACE_BITS));
    }
}
