package org.greydaemon.decision;

import org.greydaemon.mail.HostName;
import org.greydaemon.net.IpAddress;

import java.util.Set;
import java.util.stream.Collectors;

/// How long clients wait that are less likely to be mail servers. Immutable.
///
/// @param delaySeconds how long a suspect client's triplet waits
/// @param hammer how many retries may come too early before the triplet waits longer
/// @param hammerSeconds how long a triplet waits then
/// @param senders how many senders' mail must have passed until a suspect client is proven; what
///   has passed before is proven for its triplet alone, because a bot that tries again after half
///   an hour would otherwise bring the rest of its list in with the first match
/// @param ourNames what this server is called, in lower case: names, and addresses in any form
public record Suspects(
        long delaySeconds, int hammer, long hammerSeconds, int senders, Set<String> ourNames) {
    /// The most senders: what a mark holds ({@link SenderMarks}), and the one that makes it full.
    public static final int SENDERS_MAX = SenderMarks.COUNT + 1;

    /// The most early retries that a mark counts.
    public static final int HAMMER_MAX = 1000;

    private static final String IPV6_TAG = "ipv6:";

    /// Nobody is suspect, and nobody hammers.
    public static final Suspects NONE = new Suspects(0, HAMMER_MAX, 0, 1, Set.of());

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if the mark of an entry could not hold them
    public Suspects {
        if (hammer < 1 || hammer > HAMMER_MAX || senders < 1 || senders > SENDERS_MAX) {
            throw new IllegalArgumentException("hammer " + hammer + ", senders " + senders);
        }
        ourNames =
                ourNames.stream()
                        .map(Suspects::plain)
                        .filter(name -> !name.isEmpty()) // So is a HELO that nobody has told.
                        .collect(Collectors.toUnmodifiableSet());
    }

    /// What the name makes a client that it calls itself by in HELO: suspect if it is this server's
    /// own, or a bare address. RFC 5321 (4.1.1.1, 4.1.3) has a mail server that knows no name for
    /// itself write its address in brackets.
    ///
    /// @param helo in lower case; empty if it is not known, which makes nobody suspect
    Suspicion calledBy(String helo) {
        if (ourNames.contains(plain(helo))) {
            return Suspicion.OUR_NAME;
        }
        return delaySeconds > 0 && mayBeAddress(helo) && IpAddress.parse(helo).isPresent()
                ? Suspicion.BARE_ADDRESS
                : Suspicion.NONE;
    }

    /// An address has one text, in brackets or not (RFC 5321 4.1.3), and a name no dot at the end.
    private static String plain(String name) {
        boolean isLiteral = name.startsWith("[") && name.endsWith("]");
        String inner = isLiteral ? name.substring(1, name.length() - 1) : name;
        if (mayBeAddress(inner)) {
            String address =
                    inner.startsWith(IPV6_TAG) ? inner.substring(IPV6_TAG.length()) : inner;
            return IpAddress.parse(address).map(IpAddress::toString).orElse(name);
        }
        return HostName.withoutDot(name);
    }

    /// No name ends with a digit or has a colon, so few are looked at closely.
    private static boolean mayBeAddress(String text) {
        if (text.isEmpty()) {
            return false;
        }
        char last = text.charAt(text.length() - 1);
        return (last >= '0' && last <= '9') || text.indexOf(':') >= 0;
    }
}
