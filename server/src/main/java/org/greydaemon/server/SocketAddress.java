package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Socket addresses as Linux lays them out; numbers that travel are big endian:
///
/// ```
/// sockaddr_in    0 family   2 port   4 address (4 octets)                      16 octets in all
/// sockaddr_in6   0 family   2 port   4 flow   8 address (16 octets)   24 scope   28 octets
/// ```
final class SocketAddress {
    /// Room for either kind.
    static final int LENGTH = 32;

    private static final int LENGTH_4 = 16;
    private static final int LENGTH_6 = 28;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt ADDRESS_4 = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong ADDRESS_6 = JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddress() {}

    /// The address family of an address.
    static int family(IpAddress address) {
        return address.isIpv4() ? AF_INET : AF_INET6;
    }

    /// Writes an address and port.
    ///
    /// @return the octets written
    static int write(Endpoint endpoint, MemorySegment to) {
        IpAddress address = endpoint.address();
        to.fill((byte) 0);
        to.set(JAVA_SHORT, 0, (short) family(address));
        to.set(PORT, 2, (short) endpoint.port());
        if (address.isIpv4()) {
            to.set(ADDRESS_4, 4, (int) address.low());
            return LENGTH_4;
        }
        to.set(ADDRESS_6, 8, address.high());
        to.set(ADDRESS_6, 16, address.low());
        return LENGTH_6;
    }

    /// Reads the address and port at an offset.
    static void read(MemorySegment from, long at, Peer peer) {
        int port = from.get(PORT, at + 2) & 0xffff;
        if (from.get(JAVA_SHORT, at) == AF_INET) {
            peer.set(0, IpAddress.ipv4Low(from.get(ADDRESS_4, at + 4)), port);
        } else {
            peer.set(from.get(ADDRESS_6, at + 8), from.get(ADDRESS_6, at + 16), port);
        }
    }
}
