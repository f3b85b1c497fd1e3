package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;
import org.greydaemon.mail.SipHash;

/// The hash by which a key is found. Immutable.
final class KeyHash {
    /// 2^64 divided by the golden ratio: its multiples are far from each other.
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    /// 2^64 divided by the silver ratio; odd, too.
    private static final long SILVER_RATIO = 0x6a09e667f3bcc909L;

    private final SipHash octets;

    /// @param key0 a half of what nobody else knows
    /// @param key1 the other half
    KeyHash(long key0, long key1) {
        octets = new SipHash(key0, key1);
    }

    /// Hashes a key. Its kind and lengths count, too: otherwise anybody could choose a thousand
    /// triplets of one hash, which are the same octets, cut elsewhere.
    long hash(Key key) {
        return octets.hash(key.bytes(), key.length())
                + FlatRecord.lengths(key) * GOLDEN_RATIO
                + key.kind().number() * SILVER_RATIO;
    }
}
