package org.greydaemon.net;

/// The IPv6 addresses that translators and tunnels make of IPv4 addresses. Behind a translator the
/// client is who has the IPv4 address: in such a network each /64 holds hosts of all the world.
/// Stateless.
///
/// | network | the IPv4 address | source |
/// |---|---|---|
/// | `64:ff9b::/96` | the last 32 bits | RFC 6052 2.1 |
/// | `64:ff9b:1::/48` | as long as the site's own prefix wants it | RFC 8215; RFC 6052 2.2 |
///
/// What has no host's address in it, or may have several, stays as it is.
///
/// So does `2001::/32`, Teredo, whose last 32 bits are the IPv4 address inverted (RFC 4380 4): a
/// site's translator is its own, but a tunnel ends where its network is announced, and nobody owns
/// this one. Who announces it could claim any IPv4 address, with what it has proven, its names and
/// its SPF; no mail server has sent mail from there for years.
///
/// `2002::/16`, 6to4, stays as it is: there each IPv4 address has a /48 of its own (RFC 3056 2).
public final class TranslatedAddress {
    private static final long WELL_KNOWN = 0x0064_ff9b_0000_0000L;
    private static final long LOCAL_USE = 0x0064_ff9b_0001L;
    private static final long TEREDO = 0x2001_0000L;
    private static final int NO_HOST = 0;

    private TranslatedAddress() {}

    /// Whether an address is one of these, and has the address of a host in it.
    public static boolean is(long high, long low) {
        return isTranslators(high, low) && isHost(ipv4(high, low));
    }

    /// Whether an address lies in a network in which neighbours are strangers: one of these, or
    /// Teredo's.
    public static boolean isIn(long high, long low) {
        return isTranslators(high, low) || high >>> Integer.SIZE == TEREDO;
    }

    private static boolean isTranslators(long high, long low) {
        boolean isWellKnown = high == WELL_KNOWN && low >>> Integer.SIZE == 0;
        return isWellKnown || isLocalUse(high);
    }

    /// Whether a network lies in a translator's as a whole. One that is wider has other hosts too;
    /// an address that stays as it is is meant by itself.
    public static boolean holds(CidrBlock block) {
        long high = block.address().high();
        int least = isLocalUse(high) ? 48 : 96;
        long low = block.address().low();
        return block.prefixLength() >= least
                && (block.prefixLength() == 128 ? is(high, low) : isTranslators(high, low));
    }

    /// RFC 1122 3.2.1.3: neither of the network 0 nor the host itself nor a group nor what is
    /// reserved; nor of a link (RFC 3927 2.7). White lists have these.
    private static boolean isHost(int ipv4) {
        int first = ipv4 >>> 24;
        return first > 0 && first < 224 && first != 127 && ipv4 >>> 16 != 0xa9fe;
    }

    private static boolean isLocalUse(long high) {
        return high >>> 16 == LOCAL_USE;
    }

    /// The 32 bits of the IPv4 address in one of these.
    public static int ipv4(long high, long low) {
        return isLocalUse(high) ? local(high, low) : (int) low;
    }

    /// RFC 6052 2.2: behind a prefix of 48, 56, 64 or 96 bits, with bits 64 to 71 zero, and zeros
    /// behind the address. Nobody tells how long the site's prefix is, and the same bits may be
    /// several hosts: 7.192.0.2 behind 56 bits is 192.0.2.0 behind 64. Then they are none, as a
    /// client must not be taken for another one. No host ends in two zeros.
    private static int local(long high, long low) {
        if (low >>> 56 != 0 || low == 0) {
            return NO_HOST;
        }
        if ((low & 0xff_ffffL) != 0) {
            return (int) low;
        }
        int behind64 = (int) (low >>> 24);
        if ((low & 0xffff_ffffL) != 0) {
            return behind64;
        }
        int behind56 = (int) (high << 24 | (low >>> 32 & 0xff_ffffL));
        if ((low & 0xff_ffff_ffffL) != 0) {
            return isHost(behind64) ? NO_HOST : behind56;
        }
        return isHost(behind56) ? NO_HOST : (int) (high << 16 | (low >>> 40 & 0xffffL));
    }

    /// The address of the client that is seen by an address: the IPv4 address in one of these, else
    /// the address itself.
    public static IpAddress client(IpAddress seen) {
        return is(seen.high(), seen.low()) ? IpAddress.ipv4(ipv4(seen.high(), seen.low())) : seen;
    }
}
