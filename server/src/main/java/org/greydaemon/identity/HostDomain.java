package org.greydaemon.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mail.Sha256;

/// The registrable domain of a host's confirmed name, in the forms in which it is needed again and
/// again. Immutable.
public final class HostDomain {
    private final String name;
    private final byte[] octets;
    private final byte[] digest;
    private final boolean pool;

    /// @param name in lower case, as A-labels
    /// @param pool whether its hosts share a queue, see {@link Pools}
    HostDomain(String name, boolean pool) {
        this.name = name;
        this.pool = pool;
        octets = name.getBytes(ISO_8859_1);
        digest = sha256('H' + name);
    }

    private static byte[] sha256(String text) {
        return Sha256.begin().digest(text.getBytes(ISO_8859_1));
    }

    /// The domain.
    public String name() {
        return name;
    }

    /// The domain's octets. Not a copy.
    public byte[] octets() {
        return octets;
    }

    /// SHA-256 of an H and the domain's octets: what tells the triplets of its hosts from others,
    /// see org.greydaemon.decision.IdentityKeys. Not a copy.
    public byte[] digest() {
        return digest;
    }

    /// Whether it is listed as a pool.
    public boolean isPool() {
        return pool;
    }

    @Override
    public String toString() {
        return name;
    }
}
