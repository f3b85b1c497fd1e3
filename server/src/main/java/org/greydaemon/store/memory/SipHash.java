package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// SipHash-1-3 with a secret key: a client that chooses its addresses cannot make them collide.
///
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; the reduced rounds are
/// those that hash tables of Rust and Python use for the same purpose. Immutable.
final class SipHash {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// 2^64 divided by the golden ratio: its multiples are far from each other.
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    /// 2^64 divided by the silver ratio; odd, too.
    private static final long SILVER_RATIO = 0x6a09e667f3bcc909L;

    private final long key0;
    private final long key1;

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /// Hashes the first `length` octets.
    long hash(byte[] octets, int length) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        int whole = length & ~7;
        for (int i = 0; i <= whole; i += 8) {
            long m = i < whole ? (long) LONG.get(octets, i) : last(octets, whole, length);
            v3 ^= m;
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= m;
        }
        return finish(v0, v1, v2 ^ 0xff, v3);
    }

    /// Hashes a key. Its kind and lengths count, too: otherwise anybody could choose a thousand
    /// triplets of one hash, which are the same octets, cut elsewhere.
    long hash(Key key) {
        return hash(key.bytes(), key.length())
                + Records.lengths(key) * GOLDEN_RATIO
                + key.kind().number() * SILVER_RATIO;
    }

    private static long last(byte[] octets, int whole, int length) {
        long m = (long) length << 56;
        for (int i = length - 1; i >= whole; i--) {
            m |= (octets[i] & 0xffL) << (8 * (i - whole));
        }
        return m;
    }

    private static long finish(long a, long b, long c, long d) {
        long v0 = a;
        long v1 = b;
        long v2 = c;
        long v3 = d;
        for (int i = 0; i < 3; i++) {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
