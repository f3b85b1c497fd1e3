package org.greydaemon.mail;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// SipHash-1-3 with a secret key: who chooses his addresses cannot make them collide.
///
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; the reduced rounds are
/// those that hash tables of Rust and Python use for the same purpose. Immutable.
public final class SipHash {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long key0;
    private final long key1;

    /// @param key0 a half of what nobody else knows
    /// @param key1 the other half
    public SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /// Hashes the first `length` octets.
    public long hash(byte[] octets, int length) {
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
