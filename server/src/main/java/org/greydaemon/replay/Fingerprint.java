package org.greydaemon.replay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/// 128 bits of a hash, which stand for octets: by chance two of a million have the same once in
/// 10^26 replays. It begins with another number in each run, so that nobody can write a log whose
/// messages have the same. Mutable and reused; confined to one thread.
///
/// Eight octets at a time are multiplied to 128 bits whose halves are mixed, twice, with other
/// constants.
final class Fingerprint {
    /// Odd constants of many bits: the fractional parts of the golden ratio and of square roots.
    private static final long P0 = 0x9e37_79b9_7f4a_7c15L;

    private static final long P1 = 0x6a09_e667_f3bc_c909L;
    private static final long P2 = 0xbb67_ae85_84ca_a73bL;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long SECRET = new SecureRandom().nextLong();

    private long high;
    private long low;

    /// Takes that of the first octets.
    ///
    /// @param fields what the octets alone do not tell
    void take(byte[] octets, int length, long fields) {
        long a = P0 ^ fields ^ SECRET;
        long b = P1 ^ length ^ SECRET;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            long word = (long) LONG.get(octets, i);
            a = mix(a ^ word, P1);
            b = mix(b ^ word, P2);
        }
        long rest = 0;
        for (; i < length; i++) {
            rest = (rest << 8) | (octets[i] & 0xff);
        }
        high = mix(a ^ rest, P2 ^ b);
        low = mix(b ^ rest, P0 ^ a);
    }

    private static long mix(long x, long y) {
        return Math.unsignedMultiplyHigh(x, y) ^ (x * y);
    }

    /// The first 64 bits.
    long high() {
        return high;
    }

    /// The last 64 bits.
    long low() {
        return low;
    }
}
