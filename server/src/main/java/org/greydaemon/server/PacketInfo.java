package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.greydaemon.net.IpAddress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// At which of a host's addresses a datagram has arrived, and from which an answer leaves (ip(7),
/// IP_PKTINFO; RFC 3542 6.1): a host with several addresses would otherwise answer from another one
/// than was asked, and the asker would drop the answer. As Linux lays it out on 64-bit machines:
///
/// ```
/// cmsghdr      0 length   8 level   12 type                                16 octets in all
/// in_pktinfo   16 interface   20 address to answer from   24 address       12 octets
/// in6_pktinfo  16 address (16 octets)   32 interface                       20 octets
/// ```
///
/// What was received is sent back as it is, but without the interface, so that the answer takes the
/// way that the routes say.
final class PacketInfo {
    /// Room for either kind.
    static final int LENGTH = 40;

    private static final int IPPROTO_IP = 0;
    private static final int IP_PKTINFO = 8;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_PKTINFO = 50;

    private static final int LEVEL = 8;
    private static final int TYPE = 12;
    private static final int INTERFACE_4 = 16;
    private static final int SOURCE_4 = 20;
    private static final int DESTINATION_4 = 24;
    private static final int HEADER_4 = 16 + 12;
    private static final int ADDRESS_6 = 16;
    private static final int INTERFACE_6 = 32;
    private static final int HEADER_6 = 16 + 20;
    private static final int LENGTH_4 = 32;
    private static final int MULTICAST_6 = 0xff;
    private static final int MULTICAST_6_SHIFT = 56;

    private static final ValueLayout.OfInt ADDRESS_4 = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong ADDRESS_LONG =
            JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private PacketInfo() {}

    /// The level and the name of the socket option that asks for it, of an address family.
    static int[] option(boolean ipv4) {
        final int receive6 = 49; // IPV6_RECVPKTINFO
        return ipv4 ? new int[] {IPPROTO_IP, IP_PKTINFO} : new int[] {IPPROTO_IPV6, receive6};
    }

    /// Reads what was received, and makes of it what is sent back.
    ///
    /// @param length the octets that were received
    /// @return the octets to send; 0 for none
    static int read(MemorySegment control, long at, long length, Peer peer) {
        peer.askedAt(0, 0);
        if (length >= HEADER_6 && control.get(JAVA_INT, at + LEVEL) == IPPROTO_IPV6) {
            long high = control.get(ADDRESS_LONG, at + ADDRESS_6);
            control.set(JAVA_INT, at + INTERFACE_6, 0);
            if (high >>> MULTICAST_6_SHIFT == MULTICAST_6) {
                return 0; // The system chooses: nothing is sent from a group.
            }
            peer.askedAt(high, control.get(ADDRESS_LONG, at + ADDRESS_6 + Long.BYTES));
            return LENGTH;
        }
        if (length >= HEADER_4 && control.get(JAVA_INT, at + LEVEL) == IPPROTO_IP) {
            int source = control.get(ADDRESS_4, at + SOURCE_4);
            control.set(JAVA_INT, at + INTERFACE_4, 0);
            control.set(ADDRESS_4, at + DESTINATION_4, 0);
            peer.askedAt(0, IpAddress.ipv4Low(source));
            return LENGTH_4;
        }
        return 0;
    }

    /// Writes from which address an answer leaves.
    ///
    /// @param control zero
    /// @param ipv4 whether the socket is one of IPv4
    /// @return the octets to send
    static int write(IpAddress from, boolean ipv4, MemorySegment control) {
        control.set(JAVA_LONG, 0, ipv4 ? HEADER_4 : HEADER_6);
        control.set(JAVA_INT, LEVEL, ipv4 ? IPPROTO_IP : IPPROTO_IPV6);
        control.set(JAVA_INT, TYPE, ipv4 ? IP_PKTINFO : IPV6_PKTINFO);
        if (ipv4) {
            control.set(ADDRESS_4, SOURCE_4, (int) from.low());
            return LENGTH_4;
        }
        control.set(ADDRESS_LONG, ADDRESS_6, from.high());
        control.set(ADDRESS_LONG, ADDRESS_6 + Long.BYTES, from.low());
        return LENGTH;
    }
}
