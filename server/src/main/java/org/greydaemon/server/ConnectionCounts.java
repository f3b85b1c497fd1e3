package org.greydaemon.server;

import org.greydaemon.net.IpAddress;

import java.util.concurrent.atomic.AtomicLong;

/// What has become of the connections of a server, counted from its start on. Safe for use by
/// several threads.
public final class ConnectionCounts {
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong tooMany = new AtomicLong();
    private final AtomicLong notAllowed = new AtomicLong();
    private final AtomicLong overdue = new AtomicLong();
    private final AtomicLong unasked = new AtomicLong();
    private final AtomicLong madeRoom = new AtomicLong();
    private final AtomicLong overBudget = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();

    // Written by the accepting threads, read by whoever tells the operator; any recent one will do.
    private volatile IpAddress lastNotAllowed = IpAddress.ipv4(0);

    // Likewise: whose connection it was that had to make room.
    private volatile Object lastCrowding = "";

    ConnectionCounts() {}

    /// One more is served.
    ///
    /// @return its number, from 1 on
    long accept() {
        return accepted.incrementAndGet();
    }

    /// There were too many.
    void wasTooMany() {
        tooMany.incrementAndGet();
    }

    /// A peer may not ask.
    void wasNotAllowed(IpAddress peer) {
        lastNotAllowed = peer;
        notAllowed.incrementAndGet();
    }

    /// A deadline has passed.
    ///
    /// @param hasAsked whether its peer has asked anything
    void wasOverdue(boolean hasAsked) {
        overdue.incrementAndGet();
        if (!hasAsked) {
            unasked.incrementAndGet();
        }
    }

    /// One has gone so that another one could be served.
    ///
    /// @param owner whose it was, see {@link ConnectionPeer#owner}
    void hasMadeRoom(Object owner) {
        madeRoom.incrementAndGet();
        lastCrowding = owner;
    }

    /// One wanted to hold more than there is.
    ///
    /// @param owner whose it was, see {@link ConnectionPeer#owner}
    void wasOverBudget(Object owner) {
        overBudget.incrementAndGet();
        lastCrowding = owner;
    }

    /// One broke, or the system has refused it.
    void broke() {
        broken.incrementAndGet();
    }

    /// The connections that were served.
    public long accepted() {
        return accepted.get();
    }

    /// The connections closed at once because there were too many and none could go.
    public long tooMany() {
        return tooMany.get();
    }

    /// The connections closed at once because their peer may not ask.
    public long notAllowed() {
        return notAllowed.get();
    }

    /// The peer of one of the latest of them.
    public IpAddress lastNotAllowed() {
        return lastNotAllowed;
    }

    /// The connections closed because their deadline passed.
    public long overdue() {
        return overdue.get();
    }

    /// Those of them that had asked nothing.
    public long unasked() {
        return unasked.get();
    }

    /// The connections that went so that another one could be served.
    public long madeRoom() {
        return madeRoom.get();
    }

    /// The connections closed because they wanted to hold more than there is.
    public long overBudget() {
        return overBudget.get();
    }

    /// Whose the last connection was that made room or wanted too much.
    public String lastCrowding() {
        Object owner = lastCrowding;
        return owner instanceof Long high ? new IpAddress(high, 0) + "/64" : owner.toString();
    }

    /// The connections that broke before anybody here has ended them, and the times that the system
    /// has refused one.
    public long broken() {
        return broken.get();
    }
}
