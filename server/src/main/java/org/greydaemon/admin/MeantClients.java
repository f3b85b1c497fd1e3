package org.greydaemon.admin;

import org.greydaemon.decision.Identification;
import org.greydaemon.net.AddressParser;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;

import java.util.List;

/// The clients that an operator means by addresses or networks. Who is known by its /64 is meant by
/// every address in it, as that is how the client of such an address is known, and by every network
/// that holds the /64 or lies in it. Immutable.
final class MeantClients {
    private final CidrSet addresses;
    private final CidrSet homes;

    MeantClients(List<CidrBlock> blocks) {
        addresses = CidrSet.of(blocks);
        homes =
                CidrSet.of(
                        blocks.stream()
                                .filter(block -> !block.address().isIpv4())
                                .map(MeantClients::home)
                                .toList());
    }

    private static CidrBlock home(CidrBlock block) {
        return block.prefixLength() <= Identification.IPV6_HOME
                ? block
                : CidrBlock.around(block.address(), Identification.IPV6_HOME);
    }

    /// Whether a client is meant, as {@link EntryText} shows it.
    boolean hold(String client) {
        CidrSet its = ShownClient.isHome(client) ? homes : addresses;
        return ShownClient.address(client)
                .map(address -> its.contains(address.high(), address.low()))
                .orElse(false);
    }

    /// The same of a key's octets. Allocates nothing.
    ///
    /// @param length how many octets of the text are the client
    boolean hold(byte[] text, int length, AddressParser parser) {
        CidrSet its = ShownClient.isHome(text, length) ? homes : addresses;
        return parser.parse(text, 0, ShownClient.addressTo(text, length))
                && its.contains(parser.high(), parser.low());
    }
}
