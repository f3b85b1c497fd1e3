package org.greydaemon.wire.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.net.IpAddress;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Counts the wrong tokens that were shown, by peer (an address, of IPv6 a /64). Safe for use by
/// several threads.
///
/// Whoever has the right one is never refused: behind a proxy all are one peer, and one who guesses
/// would lock the others out. Sixteen characters are not guessed, however often one tries.
final class WrongTokens {
    /// How many a peer may show in a minute before it is told to wait.
    static final int MINUTE_MAX = 10;

    private static final long MINUTE_NANOS = 60_000_000_000L;

    /// The most peers that are known; the one that began longest ago goes.
    private static final int PEERS_MAX = 1_024;

    /// @param began when its minute began
    private record Shown(long began, int count) {}

    private final LongSupplier nanos;

    @GuardedBy("this")
    private final Map<Object, Shown> byPeer = new LinkedHashMap<>();

    @GuardedBy("this")
    private long count;

    @GuardedBy("this")
    private IpAddress last = IpAddress.ipv4(0);

    /// @param nanos a clock that only moves forward
    WrongTokens(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// A peer has shown one.
    ///
    /// @return whether those of its last minute are too many
    synchronized boolean shown(IpAddress peer) {
        count++;
        last = peer;
        Object name = peer.isIpv4() ? peer : (Object) peer.high();
        long now = nanos.getAsLong();
        Shown before = byPeer.remove(name);
        Shown its =
                before == null || now - before.began() >= MINUTE_NANOS
                        ? new Shown(now, 1)
                        : new Shown(before.began(), Math.min(before.count() + 1, MINUTE_MAX + 1));
        if (byPeer.size() >= PEERS_MAX) {
            byPeer.remove(byPeer.keySet().iterator().next());
        }
        byPeer.put(name, its);
        return its.count() > MINUTE_MAX;
    }

    /// How many there were.
    synchronized long count() {
        return count;
    }

    /// Who has shown the latest one.
    synchronized IpAddress last() {
        return last;
    }
}
