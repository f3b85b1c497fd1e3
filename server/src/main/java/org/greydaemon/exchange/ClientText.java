package org.greydaemon.exchange;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How greylisters write the clients that they remember: as addresses, or as networks.
final class ClientText {
    /// What most of them take for one sender's network.
    private static final int IPV4_NETWORK = 24;

    private static final int IPV6_NETWORK = 64;

    private static final int IPV4_WIDEST = 16;

    private static final int IPV6_WIDEST = 32;

    private static final Pattern THREE_OCTETS =
            Pattern.compile("[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
    private static final Pattern FOUR_GROUPS =
            Pattern.compile("(?:[0-9a-fA-F]{4}:){3}[0-9a-fA-F]{4}");
    private static final Pattern MASKED = Pattern.compile("([^/]*)/([0-9]{1,3})");

    private ClientText() {}

    /// Whether a block is one address.
    static boolean isSingle(CidrBlock block) {
        return block.prefixLength() == CidrBlock.addressBits(block.address());
    }

    /// An address.
    static Optional<CidrBlock> single(String text) {
        return IpAddress.parse(text).map(CidrBlock::of);
    }

    /// An address, or a network as an address that ends in zeros: `192.0.2.0` is a /24, and
    /// `2001:db8:0:0:0:0:0:0` a /64.
    static Optional<CidrBlock> zeroEnded(String text) {
        return IpAddress.parse(text).map(ClientText::zeroEnded);
    }

    private static CidrBlock zeroEnded(IpAddress address) {
        int network = address.isIpv4() ? IPV4_NETWORK : IPV6_NETWORK;
        return CidrBlock.isFirst(address, network)
                ? new CidrBlock(address, network)
                : CidrBlock.of(address);
    }

    /// An address, or a network as the beginning of one: `192.0.2` is a /24, and
    /// `2001:0db8:0000:0000` a /64.
    static Optional<CidrBlock> shortened(String text) {
        if (THREE_OCTETS.matcher(text).matches()) {
            return IpAddress.parse(text + ".0").map(a -> CidrBlock.around(a, IPV4_NETWORK));
        }
        if (FOUR_GROUPS.matcher(text).matches()) {
            return IpAddress.parse(text + "::").map(a -> CidrBlock.around(a, IPV6_NETWORK));
        }
        return single(text);
    }

    /// An address, or a network with its length: `192.0.2.0/24`. A wide one is none: it would pass
    /// for a proven client.
    static Optional<CidrBlock> masked(String text) {
        Matcher masked = MASKED.matcher(text);
        if (!masked.matches()) {
            return single(text);
        }
        int length = Integer.parseInt(masked.group(2));
        return IpAddress.parse(masked.group(1))
                .filter(address -> length <= CidrBlock.addressBits(address))
                .filter(address -> length >= (address.isIpv4() ? IPV4_WIDEST : IPV6_WIDEST))
                .map(address -> CidrBlock.around(address, length));
    }
}
