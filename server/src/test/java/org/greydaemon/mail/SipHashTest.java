package org.greydaemon.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

final class SipHashTest {
    private static final long KEY0 = 0x0706050403020100L;
    private static final long KEY1 = 0x0f0e0d0c0b0a0908L;

    /// SipHash-c-d as the paper writes it, word by word and without any haste.
    private static final class Paper {
        private final int compressionRounds;
        private final int finalRounds;
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        Paper(int compressionRounds, int finalRounds) {
            this.compressionRounds = compressionRounds;
            this.finalRounds = finalRounds;
        }

        long hash(long key0, long key1, byte[] message) {
            v0 = key0 ^ 0x736f6d6570736575L;
            v1 = key1 ^ 0x646f72616e646f6dL;
            v2 = key0 ^ 0x6c7967656e657261L;
            v3 = key1 ^ 0x7465646279746573L;
            byte[] padded = Arrays.copyOf(message, (message.length + 8) / 8 * 8);
            padded[padded.length - 1] = (byte) message.length;
            for (int i = 0; i < padded.length; i += 8) {
                long word = 0;
                for (int k = 7; k >= 0; k--) {
                    word = word << 8 | (padded[i + k] & 0xff);
                }
                v3 ^= word;
                rounds(compressionRounds);
                v0 ^= word;
            }
            v2 ^= 0xff;
            rounds(finalRounds);
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void rounds(int count) {
            for (int i = 0; i < count; i++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13);
                v3 = Long.rotateLeft(v3, 16);
                v1 ^= v0;
                v3 ^= v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17);
                v3 = Long.rotateLeft(v3, 21);
                v1 ^= v2;
                v3 ^= v0;
                v2 = Long.rotateLeft(v2, 32);
            }
        }
    }

    private static byte[] counting(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) i;
        }
        return octets;
    }

    @Test
    void secondImplementationIsThePapers() {
        // Appendix A of the paper: the octets 00 to 0e under the key 00 to 0f.
        assertThat(new Paper(2, 4).hash(KEY0, KEY1, counting(15))).isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void hashIsSipHash13() {
        // The first vector of SipHash-1-3 in Rust's library tests, low octet first.
        assertThat(new SipHash(KEY0, KEY1).hash(new byte[0], 0)).isEqualTo(0xabac0158050fc4dcL);
        Random random = new Random(13);
        for (int length = 0; length < 600; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            long key0 = random.nextLong();
            long key1 = random.nextLong();
            assertThat(new SipHash(key0, key1).hash(message, length))
                    .as("%d octets", length)
                    .isEqualTo(new Paper(1, 3).hash(key0, key1, message));
        }
    }

    @Test
    void onlyTheFirstOctetsCount() {
        byte[] octets = counting(64);
        SipHash hash = new SipHash(KEY0, KEY1);
        for (int length = 0; length < 64; length++) {
            assertThat(hash.hash(octets, length))
                    .isEqualTo(hash.hash(Arrays.copyOf(octets, length), length));
        }
    }
}
