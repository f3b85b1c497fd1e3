package org.greydaemon.decision;

import java.util.Locale;

/// By what a client was recognised (docs/rules.md). The names in lower case, with `-`, are the
/// words of logs, explanations and documents.
public enum Identity {
    /// By nothing.
    NONE,
    /// Its address; in IPv6 its /64, in which hosts change their address by themselves (RFC 8981).
    ADDRESS,
    /// The network of its address.
    NETWORK,
    /// That network, together with those with which it counts as one since they have finished each
    /// other's triplets.
    LEARNED_POOL,
    /// The registrable domain of a name of its host that DNS confirms both ways.
    HOST,
    /// That domain, together with the domain of the sender.
    HOST_SENDER,
    /// That domain alone, since it is listed as a pool of hosts that share a queue.
    POOL,
    /// The sender's domain, whose SPF record names the client (RFC 7208).
    SPF;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// The word for logs.
    public String word() {
        return word;
    }
}
