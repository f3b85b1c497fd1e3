package org.greydaemon.share;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// How sharing goes, for whoever asks. Written by `share`, read by any thread.
final class Figures {
    final AtomicLong sent = new AtomicLong();
    final AtomicLong adopted = new AtomicLong();
    final AtomicLong strange = new AtomicLong();
    final AtomicLong dropped = new AtomicLong();
    final AtomicLong reconnects = new AtomicLong();

    /// Rounds in which the engine took what was sent.
    final AtomicLong exchanges = new AtomicLong();

    volatile long lagMillis;
    volatile long lagChanges;
    volatile long waiting;
    volatile boolean isConnected;
    volatile boolean isBehind = true;
    volatile String trouble = "";
    volatile List<SharedHost> hosts = List.of();

    /// The hosts that are there now.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    List<SharedHost> hostsNow(long wall) {
        return hosts.stream().filter(one -> wall - one.heard() <= Peers.GONE_SECONDS).toList();
    }
}
