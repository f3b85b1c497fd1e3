package org.greydaemon.decision;

import org.greydaemon.identity.HostDomain;
import org.greydaemon.identity.HostDomains;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/// By what the modern rules recognise a client and a sender (docs/rules.md). Immutable.
///
/// @param ipv4Length the length of an IPv4 client's network; 32 for no network
/// @param ipv6Length the length of an IPv6 client's network; 64 for no network
/// @param hostDomains finds the domains of confirmed host names; null if hosts do not count
/// @param senderForm whether senders are compared in a normal form
/// @param delimiter what parts a recipient's extension from it; 0 if nothing does
/// @param spf whether the sender's domain counts where SPF says pass
public record Identification(
        int ipv4Length,
        int ipv6Length,
        @Nullable HostDomains hostDomains,
        boolean senderForm,
        char delimiter,
        boolean spf) {
    /// The length of the network in which an IPv6 host changes its address by itself (RFC 8981).
    public static final int IPV6_HOME = 64;

    private static final byte[] HOME = {'/', '6', '4'};

    /// The address, the sender and the recipient as they come.
    public static final Identification PLAIN =
            new Identification(32, 128, null, false, (char) 0, false);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a length is none of a network
    public Identification {
        if (ipv4Length < 8 || ipv4Length > 32 || ipv6Length < 16 || ipv6Length > 128) {
            throw new IllegalArgumentException("networks /" + ipv4Length + ", /" + ipv6Length);
        }
    }

    /// Where the address ends in the text of a client, which may be a /64.
    public static int addressTo(byte[] text, int from, int to) {
        int end = to - HOME.length;
        return end >= from && Arrays.equals(text, end, to, HOME, 0, HOME.length) ? end : to;
    }

    /// Writes that the address before it is that of a /64.
    ///
    /// @return the index behind it
    static int writeHome(byte[] to, int at) {
        System.arraycopy(HOME, 0, to, at, HOME.length);
        return at + HOME.length;
    }

    /// The same for senders and recipients that are in their normal form already, and clients whose
    /// host nobody knows any more.
    Identification ofKept() {
        return new Identification(ipv4Length, ipv6Length, null, false, (char) 0, spf);
    }

    /// Whether the names of a client's host say anything.
    public boolean asksForHosts() {
        return hostDomains != null;
    }

    /// The domains that are listed as pools, each with the fact that it rests on.
    public SortedMap<String, String> listedPools() {
        return hostDomains == null ? Collections.emptySortedMap() : hostDomains.pools().facts();
    }

    /// Whether the sender's domain counts, and SPF says that it sends from the client.
    boolean passesSpf(Attempt attempt) {
        return spf && attempt.evidence().spf() == Evidence.Spf.PASS;
    }

    /// The domains that may stand for the client of an attempt.
    List<HostDomain> domains(Attempt attempt) {
        return hostDomains == null
                        || attempt.evidence().hosts().isEmpty()
                        || attempt.evidence().hosts().get().isEmpty()
                ? List.of()
                : hostDomains.of(
                        attempt.evidence().hosts().get(),
                        attempt.addressHigh(),
                        attempt.addressLow());
    }
}
