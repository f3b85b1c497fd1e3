package org.greydaemon.server;

import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;

import java.util.concurrent.atomic.AtomicLong;

/// Who may ask over UDP: who is allowed by the operator's word, and programs of this host. Others
/// are counted. Safe for use by several threads.
final class AllowedAskers {
    private final OwnAddresses ownAddresses = new OwnAddresses();
    private final AtomicLong refused = new AtomicLong();

    // Any recent one will do.
    private volatile IpAddress lastRefused = IpAddress.ipv4(0);

    // Written by a reload, read at each datagram; the set is immutable.
    private volatile CidrSet allowed;

    AllowedAskers(CidrSet allowed) {
        this.allowed = allowed;
    }

    /// Changes who may ask.
    void allow(CidrSet changed) {
        allowed = changed;
    }

    /// Whether a peer may ask; if not, it is counted.
    boolean admits(Peer peer) {
        if (allowed.contains(peer.high(), peer.low()) || isOfThisHost(peer)) {
            return true;
        }
        lastRefused = new IpAddress(peer.high(), peer.low());
        refused.incrementAndGet();
        return false;
    }

    /// Whether a peer has an address of this host.
    boolean isOfThisHost(Peer peer) {
        return ownAddresses.contains(peer.high(), peer.low());
    }

    /// How many datagrams were refused.
    long refused() {
        return refused.get();
    }

    /// The sender of one of the latest of them.
    IpAddress lastRefused() {
        return lastRefused;
    }
}
