package org.greydaemon.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.List;
import java.util.function.LongSupplier;

/// The networks (/24, /48) that most entries belong to. Safe for use by several threads.
///
/// Nothing is kept while nobody asks. Who asks waits for two walks over all entries, or gets what
/// the last ones found: however many ask, and however many entries there are, walking takes a
/// twentieth of a processor at most.
final class BiggestNetworks {
    /// How long an answer serves, in seconds.
    static final long FRESH_SECONDS = 10;

    /// How many times as long as the walks took it serves at least.
    private static final long REST = 19;

    /// The most candidates: a million entries in networks of equal size have nothing to show, and a
    /// network with 245 of them is found. 250 KiB, while somebody walks.
    private static final int CANDIDATES = 4_096;

    /// The most networks in an answer.
    static final int SHOWN_MAX = 50;

    /// What keys have for clients that are no address; no network has this address.
    private static final long NO_ADDRESS = -1;

    private final Ledger ledger;
    private final LongSupplier seconds;

    @GuardedBy("this")
    private List<JsonLine> networks = List.of();

    @GuardedBy("this")
    private long othersMax;

    @GuardedBy("this")
    private long walkedAt;

    @GuardedBy("this")
    private long walkAgainAt = Long.MIN_VALUE;

    /// @param seconds the clock
    BiggestNetworks(Ledger ledger, LongSupplier seconds) {
        this.ledger = ledger;
        this.seconds = seconds;
    }

    /// Adds them: `networks` with `network`, `entries`, `proven` and `waiting` each, the biggest
    /// one first; `networks_others`, the most entries that any other network can have; and
    /// `networks_age`, for how many seconds that has been known.
    synchronized void addTo(JsonLine line) {
        long now = seconds.getAsLong();
        if (now >= walkAgainAt) {
            walk(now);
            long took = seconds.getAsLong() - now;
            walkAgainAt = now + took + Math.max(FRESH_SECONDS, REST * took);
        }
        line.putLines("networks", networks);
        line.put("networks_others", othersMax);
        line.put("networks_age", Math.max(0, now - walkedAt));
    }

    @GuardedBy("this")
    private void walk(long now) {
        NetworkTable table = new NetworkTable(CANDIDATES);
        ledger.visit(now, (key, _) -> table.look(key.networkHigh(), key.networkLow()));
        EntryTimes times = new EntryTimes(ledger, now);
        // What came or went in between is in one of the two and does no harm.
        ledger.visit(
                now,
                (key, entry) ->
                        table.count(key.networkHigh(), key.networkLow(), times.state(key, entry)));
        List<NetworkTable.NetworkCount> biggest = table.biggest(SHOWN_MAX);
        networks = biggest.stream().map(BiggestNetworks::line).toList();
        boolean isCut = biggest.size() == SHOWN_MAX;
        othersMax = isCut ? biggest.getLast().entries() : table.missedMax();
        walkedAt = now;
    }

    private static JsonLine line(NetworkTable.NetworkCount found) {
        return new JsonLine()
                .put("network", text(found.high(), found.low()))
                .put("entries", found.entries())
                .put("proven", found.proven())
                .put("waiting", found.waiting());
    }

    private static String text(long high, long low) {
        if (high == NO_ADDRESS && low == NO_ADDRESS) {
            return "no address";
        }
        IpAddress address = new IpAddress(high, low);
        return new CidrBlock(address, address.isIpv4() ? 24 : 48).toString();
    }
}
