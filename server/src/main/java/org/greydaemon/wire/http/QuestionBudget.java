package org.greydaemon.wire.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionBudget;

import java.util.HashMap;
import java.util.Map;

/// The room that questions over HTTP take in the budget of all connections, counted before it is
/// taken: together at most half of it, and a peer (an address, of IPv6 a /64) at most half of that,
/// so that nobody who may ask can shut others out. Safe for use by several threads.
final class QuestionBudget {
    private final ConnectionBudget budget;
    private final long octetsMax;

    @GuardedBy("this")
    private final Map<Object, Long> byPeer = new HashMap<>();

    @GuardedBy("this")
    private long held;

    @GuardedBy("this")
    private long refused;

    @GuardedBy("this")
    private IpAddress lastRefused = IpAddress.ipv4(0);

    QuestionBudget(ConnectionBudget budget) {
        this.budget = budget;
        octetsMax = budget.octetsMax() / 2;
    }

    /// What one question holds. Confined to the thread that answers it.
    final class Room implements AutoCloseable {
        private final IpAddress address;
        private final Object peer;
        private long octets;

        private Room(IpAddress address) {
            this.address = address;
            peer = address.isIpv4() ? address : (Object) address.high();
        }

        /// Says how many octets are kept for the question from now on.
        ///
        /// @return whether there is room for them; if not, it holds what it held
        boolean hold(long wanted) {
            boolean may = wanted <= octets || take(peer, wanted - octets);
            if (may) {
                octets = Math.max(octets, wanted);
            } else {
                refuse();
            }
            return may;
        }

        /// Counts that the question was not answered for want of room.
        void refuse() {
            refused(address);
        }

        @Override
        public void close() {
            giveBack(peer, octets);
        }
    }

    /// Makes room for a question, which holds nothing yet.
    Room room(IpAddress peer) {
        return new Room(peer);
    }

    private synchronized boolean take(Object peer, long more) {
        long ofPeer = byPeer.getOrDefault(peer, 0L) + more;
        if (ofPeer > octetsMax / 2 || held + more > octetsMax || !budget.reserve(more)) {
            return false;
        }
        byPeer.put(peer, ofPeer);
        held += more;
        return true;
    }

    private synchronized void giveBack(Object peer, long octets) {
        budget.giveBack(octets);
        held -= octets;
        byPeer.computeIfPresent(peer, (_, has) -> has > octets ? has - octets : null);
    }

    private synchronized void refused(IpAddress peer) {
        refused++;
        lastRefused = peer;
    }

    /// How many questions were refused for want of room.
    synchronized long refused() {
        return refused;
    }

    /// Who has asked one of the latest of them.
    synchronized IpAddress lastRefused() {
        return lastRefused;
    }
}
