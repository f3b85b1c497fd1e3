package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Key;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.Optional;

/// Of whom hosts tell each other. With the original's rules a client is any text that a mail server
/// sends; only what is an address can be the same client on another host, and what is none could
/// stand for many. Stateless.
final class Carried {
    private static final long NO_NETWORK = -1;

    /// 0.0.0.0, as an IPv6 address has it.
    private static final long IPV4_UNSPECIFIED = 0xffff_0000_0000L;

    private static final int IPV4_POOL = 24;
    private static final int IPV6_POOL = 48;
    private static final int IPV6_HOME = 64;

    private Carried() {}

    /// Whether the key names somebody: an address, an IPv6 client's /64, the networks of a learned
    /// pool, a domain.
    static boolean names(Key key) {
        int client = key.clientLength();
        return switch (key.kind()) {
            case CLIENT, TRIPLET, SUSPECT ->
                    isAddress(key) || isBlock(key, 0, client, NO_NETWORK, IPV6_HOME);
            case POOL_NETWORK -> isBlock(key, 0, client, IPV4_POOL, IPV6_POOL);
            case POOL_LINK ->
                    isBlock(key, 0, client, IPV4_POOL, IPV6_POOL)
                            && isBlock(key, client, key.length(), IPV4_POOL, IPV6_POOL);
            case HOST_SENDER, POOL, SPF_DOMAIN -> isDomain(key.bytes(), client);
            case NETWORK_TRIPLET, HOST_TRIPLET, SPF_TRIPLET -> true;
        };
    }

    /// Who has read the key has found its network, if it is an address.
    private static boolean isAddress(Key key) {
        long high = key.networkHigh();
        long low = key.networkLow();
        boolean isNone = high == NO_NETWORK && low == NO_NETWORK;
        return !isNone && (high != 0 || (low != 0 && low != IPV4_UNSPECIFIED));
    }

    private static boolean isBlock(Key key, int from, int to, long ipv4Length, int ipv6Length) {
        String text = new String(key.bytes(), from, to - from, ISO_8859_1);
        int slash = text.lastIndexOf('/');
        Optional<IpAddress> address =
                slash < 0 ? Optional.empty() : IpAddress.parse(text.substring(0, slash));
        return address.filter(its -> its.toString().equals(text.substring(0, slash)))
                .map(its -> {
                    long length = its.isIpv4() ? ipv4Length : ipv6Length;
                    return length > 0
                            && text.substring(slash + 1).equals("" + length)
                            && CidrBlock.around(its, (int) length).address().equals(its);
                })
                .orElse(false);
    }

    private static boolean isDomain(byte[] text, int to) {
        boolean hasDot = false;
        for (int i = 0; i < to; i++) {
            if (text[i] == '*' || text[i] == '/' || text[i] == '@') {
                return false;
            }
            hasDot |= text[i] == '.';
        }
        return hasDot;
    }
}
