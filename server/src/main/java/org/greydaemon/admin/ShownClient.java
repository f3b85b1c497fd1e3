package org.greydaemon.admin;

import org.greydaemon.decision.Identification;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.Optional;

/// The client of an entry as {@link EntryText} shows it: an address, or the /64 by which the modern
/// rules know an IPv6 client, as `2001:db8:5:1::/64`.
final class ShownClient {
    private static final String HOME = "/" + Identification.IPV6_HOME;

    private ShownClient() {}

    /// Whether it is a /64, if it is a client at all.
    static boolean isHome(String client) {
        return client.endsWith(HOME);
    }

    /// The same in octets.
    ///
    /// @param length how many octets of the text are the client
    static boolean isHome(byte[] text, int length) {
        return addressTo(text, length) < length;
    }

    /// Where the address ends of which the client's octets begin with it.
    static int addressTo(byte[] text, int length) {
        return Identification.addressTo(text, 0, length);
    }

    /// The address, of a /64 its first one; empty if the text is neither.
    static Optional<IpAddress> address(String client) {
        return isHome(client)
                ? IpAddress.parse(client.substring(0, client.length() - HOME.length()))
                        .filter(first -> !first.isIpv4())
                        .filter(first -> CidrBlock.isFirst(first, Identification.IPV6_HOME))
                : IpAddress.parse(client);
    }
}
